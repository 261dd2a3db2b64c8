package crossbar

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCellsThatBeginLikeFormulasAreQuoted(t *testing.T) {
	for cell, want := range map[string]string{"": "", "a": "a", "=1+1": "'=1+1", "+49301": "+49301", "+49 30": "'+49 30",
		"-5.5": "-5.5", "-x": "'-x", "@SUM(A1)": "'@SUM(A1)", "a=b": "a=b", "\t=1+1": "'\t=1+1", "\r\n@x": "'\r\n@x", " -x": "' -x", " ": " ", " +5": "' +5"} {
		require.Equal(t, want, safeCell(cell))
	}
}

func TestLineEndsInACellOfACSVStayAsTheyAre(t *testing.T) {
	wide := table{columns: []string{"ID", "From"}, rows: [][]string{{"1", "a\rb"}, {"2", "a\nb"}, {"3", "\r=cmd()"}}}
	b, err := wide.csv()
	require.NoError(t, err)
	require.Equal(t, "ID,From\r\n1,\"a\rb\"\r\n2,\"a\nb\"\r\n3,\"'\r=cmd()\"\r\n", string(b))
}

func TestCSVIsAskedForInTheQueryOrByItsType(t *testing.T) {
	for _, c := range []struct {
		query, accept string
		want          bool
	}{
		{"", "", false}, {"accept=csv", "", true}, {"accept=text/csv", "", true}, {"accept=json", "text/csv", false},
		{"", "text/csv", true}, {"", "application/octet-stream", true}, {"", "text/comma-separated-values", true},
		{"", "application/json, text/csv", false}, {"", "text/csv;q=1, application/json", true}, {"", "*/*", false},
		{"", "text/csv;q=0.5, application/json", false}, {"", "application/json;q=0.1, text/csv;q=0.2", true},
		{"", "text/csv;q=0", false}, {"", "text/csv;q=x", false}, {"", "text/html, text/csv", true},
	} {
		rq := asking(c.query)
		rq.http.Header.Set("Accept", c.accept)
		require.Equal(t, c.want, rq.wantsCSV(), "%v", c)
	}
}

func TestAFileIsNamedByItsClientWithoutAPath(t *testing.T) {
	for name, want := range map[string]string{"": "result.csv", "x.csv": "x.csv", "../../x.csv": "x.csv", `a\b.csv`: "b.csv",
		"..": "result.csv", "/": "result.csv", "a\nb": "ab"} {
		rq := asking("")
		rq.query.Set("file_name", name)
		require.Equal(t, want, rq.fileName(), "%q", name)
	}
	require.Equal(t, `attachment; filename="a b.csv"`, disposition("a b.csv"))
	require.Equal(t, `attachment; filename*=utf-8''j%C3%A4n.csv`, disposition("jän.csv"))
	require.Equal(t, `attachment; filename="a\"b.csv"`, disposition(`a"b.csv`))
	rq := asking("file_name=b.csv")
	rq.http.Header.Set("X-File-Name", "a.csv")
	require.Equal(t, "a.csv", rq.fileName())
}

func TestAListComesAsCSV(t *testing.T) {
	r := newRig(t)
	a := r.send(t, "PUT /v2/accounts/{X}", `{"data":{"name":"=HYPERLINK(1)","realm":"x.example"}}`, "token: X")
	require.Equal(t, http.StatusCreated, a.status)
	id := a.header.Get("Location")
	a = r.send(t, "GET /v2/accounts/{X}/children?accept=csv&file_name=kids.csv", "", "token: X")
	require.Equal(t, "ID,Name,Realm,Tree\r\n"+id+r.fill(",'=HYPERLINK(1),x.example,{M} {X}\r\n"), a.body)
	require.Equal(t, "text/csv", a.header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="kids.csv"`, a.header.Get("Content-Disposition"))
	a = r.send(t, "GET /v2/accounts/{A}/children", "", "token: A", "Accept: text/csv")
	require.Equal(t, "ID,Name,Realm,Tree\r\n", a.body, "the names of the columns are always there")
	require.Equal(t, 403, r.send(t, "GET /v2/accounts/{A}/children?accept=csv", "", "token: X").status)
}
