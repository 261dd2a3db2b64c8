package crossbar

import (
	"bytes"
	"encoding/csv"
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"

	"purser/engine/amount"
)

// table is a list or summary as CSV. Each row has a cell for each column.
type table struct {
	columns []string
	rows    [][]string
}

// csvTypes are the types that ask for CSV. Source: ledgers-and-services, section 1.2.
var csvTypes = []string{typeCSV, "application/octet-stream", "text/comma-separated-values"}

// wantsCSV tells whether the request asks for CSV.
func (rq *request) wantsCSV() bool { return rq.wants("csv", csvTypes) }

// wants tells whether the request asks for a form other than JSON: in the query, or by liking one of its types better
// than JSON, or as well and naming it first.
func (rq *request) wants(name string, types []string) bool {
	if asked := rq.query.Get("accept"); asked != "" {
		return asked == name || slices.Contains(types, asked)
	}
	wanted, most := false, 0.0
	for accepted := range strings.SplitSeq(rq.http.Header.Get("Accept"), ",") {
		media, params, err := mime.ParseMediaType(accepted)
		isWanted := slices.Contains(types, media)
		if err != nil || !isWanted && media != typeJSON && media != "*/*" {
			continue
		}
		if q := quality(params["q"]); q > most {
			wanted, most = isWanted, q
		}
	}
	return wanted
}

// quality reads how well a client likes a type, from 0 to 1. Source: RFC 9110, 12.4.2.
func quality(q string) float64 {
	if q == "" {
		return 1
	}
	n, err := strconv.ParseFloat(q, 64)
	if err != nil || n < 0 || n > 1 {
		return 0
	}
	return n
}

// renderCSV makes the answer of a table.
func (rq *request) renderCSV(a *answer, t table) (err error) {
	if a.body, err = t.csv(); err != nil {
		return err
	}
	a.header.Set("Content-Type", typeCSV)
	a.header.Set("Content-Disposition", disposition(rq.fileName()))
	return nil
}

// csv writes the table: RFC 4180, CRLF, UTF-8, the names of the columns always first. The line ends are written here,
// since [csv.Writer.UseCRLF] would change those inside the cells too: a carriage return in front of a formula would go,
// and the cell begin with the formula. Source: ledgers-and-services, section 5.10.
func (t *table) csv() ([]byte, error) {
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	for _, row := range append([][]string{t.columns}, t.rows...) {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = safeCell(cell)
		}
		if err := w.Write(safe); err != nil {
			return nil, err
		}
		w.Flush()
		if err := w.Error(); err != nil {
			return nil, err
		}
		buf.Truncate(buf.Len() - len("\n"))
		buf.WriteString("\r\n")
	}
	return buf.Bytes(), nil
}

// disposition names the file that an answer is to be saved as: in quotes, as Kazoo's clients look for it, and by RFC
// 2231 where it is not ASCII.
func disposition(name string) string {
	const plain = `attachment; filename=`
	written := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	if written == plain+name {
		return plain + `"` + name + `"`
	}
	return written
}

// safeCell keeps a spreadsheet from running a text as a formula: what begins like one, perhaps behind white space that
// some of them drop, and is no number gets a quote.
func safeCell(cell string) string {
	if begin := strings.TrimLeft(cell, " \t\r\n"); begin == "" || !strings.ContainsRune("=+-@", rune(begin[0])) {
		return cell
	}
	if _, err := amount.Parse(cell); err == nil {
		return cell
	}
	return "'" + cell
}

// fileName is the name that the client wants its file to have.
func (rq *request) fileName() string {
	const byDefault, most = "result.csv", 128
	name := given(rq.http.Header.Get("X-File-Name"), rq.query.Get("file_name"))
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if name == "" || name == "." || name == ".." || name == "/" || len(name) > most {
		return byDefault
	}
	return name
}
