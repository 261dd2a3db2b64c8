package tariffplan

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestRowsAreReadWithCommentsQuotesAndBlanks(t *testing.T) {
	rows := tables(t, map[string]string{"Destinations.csv": "\ufeff# a comment, with \"quotes\n#Id,Prefix\r\n" +
		"\n  \nD1 , 44\r\n\"D,2\", \"3\"\"3\"\n\"#D3\",55"})[Destinations]
	require.Equal(t, []Row{
		{File: "Destinations.csv", Line: 5, Cells: []string{"D1", "44"}, columns: []int32{1, 6}},
		{File: "Destinations.csv", Line: 6, Cells: []string{"D,2", `3"3`}, columns: []int32{1, 8}},
		{File: "Destinations.csv", Line: 7, Cells: []string{"#D3", "55"}, columns: []int32{1, 7}},
	}, rows)
}

func TestAFolderIsReadWithAllItsFolders(t *testing.T) {
	got := tables(t, map[string]string{
		"b/Destinations.csv": "D2,33\n", "a/deep/Destinations.csv": "D1,44\n", "Destinations.csv": "D0,1\n",
		"README.md": "not, a, table", ".git/Destinations.csv": "D9,9\n", ".Destinations.csv": "D9,9\n",
	})
	require.Equal(t, [][]string{{"D0", "1"}, {"D1", "44"}, {"D2", "33"}}, cells(got[Destinations]))
	require.Equal(t, "a/deep/Destinations.csv", got[Destinations][1].File)
	require.Equal(t, Tables{}, *tables(t, nil), "absent files are absent")
}

func TestTablesThatAreNotSupportedMayHaveNoRows(t *testing.T) {
	for _, name := range []string{"AccountActions.csv", "ActionPlans.csv", "Chargers.csv", "Destination.csv", "rates.csv"} {
		_, err := Read(t.Context(), files(map[string]string{"sub/" + name: "#Tenant,...\na,b\nc,d\n"}), Options{})
		require.Equal(t, []string{"sub/" + name + ":2:1: " + name + " is not supported and has rows: remove them or the file"},
			wrong(t, err))
		require.Equal(t, Tables{}, *tables(t, map[string]string{name: "#Tenant,...\n"}))
	}
}

func TestALongLineIsRefusedAndTheRestRead(t *testing.T) {
	plan := map[string]string{"Destinations.csv": "D1,44\n" + strings.Repeat("x", 10<<20) + "\nD2\"\n"}
	_, err := Read(t.Context(), files(plan), Options{LineBytesMax: 1024})
	require.Equal(t, []string{"Destinations.csv:2:1025: line of more than 1024 bytes",
		`Destinations.csv:3:3: record on line 3: bare " in non-quoted-field`}, wrong(t, err))
	fits := map[string]string{"Destinations.csv": "D1," + strings.Repeat("4", 1021) + "\r\n"}
	_, err = Read(t.Context(), files(fits), Options{LineBytesMax: 1024})
	require.NoError(t, err)
}

// endless is a file of one line without an end; reading it counts.
type endless struct{ read *int }

func (endless) Stat() (fs.FileInfo, error) { return nil, errors.New("not asked for") }
func (endless) Close() error               { return nil }
func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	*e.read += len(p)
	return len(p), nil
}

// oneFile opens file under every name.
type oneFile struct {
	fs.FS
	file fs.File
	err  error
}

func (o oneFile) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".csv") {
		return o.file, o.err
	}
	return o.FS.Open(name)
}

func (o oneFile) Stat(name string) (fs.FileInfo, error) { return fs.Stat(o.FS, name) }

func TestALineIsNeverHeldBeyondItsBound(t *testing.T) {
	read := 0
	folder := oneFile{FS: files(map[string]string{"Rates.csv": "x"}), file: endless{&read}}
	o := Options{LineBytesMax: 1000, BytesMax: 1 << 20}
	allocated := testing.AllocsPerRun(1, func() {
		_, err := Read(t.Context(), folder, o)
		require.Equal(t, []string{"Rates.csv:1:1: more than 1048576 bytes in all files"}, wrong(t, err))
	})
	require.Less(t, read, 2*(1<<20+2000)) // of two runs
	require.Less(t, allocated, 200.0)
}

func TestEachBoundOfReadingEndsIt(t *testing.T) {
	plan := map[string]string{"a/Destinations.csv": "D1,44\nD2,33\n", "b/Destinations.csv": "D3,1\nD4,2\n"}
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{RowsMax: 3}, "b/Destinations.csv:2:1: more than 3 rows in all files"},
		{Options{FilesMax: 4}, "b/Destinations.csv:1:1: more than 4 files and folders"},
		{Options{BytesMax: 16}, "b/Destinations.csv:1:1: more than 16 bytes in all files"},
	} {
		_, err := Read(t.Context(), files(plan), c.o)
		require.Equal(t, []string{c.want}, wrong(t, err))
	}
	_, err := Read(t.Context(), files(plan), Options{RowsMax: 4, FilesMax: 5, BytesMax: 22})
	require.NoError(t, err)
}

func TestErrorsOfTheFileSystemComeThrough(t *testing.T) {
	_, err := Read(t.Context(), os.DirFS(filepath.Join(t.TempDir(), "none")), Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	broken := errors.New("broken disk")
	_, err = Read(t.Context(), oneFile{FS: files(base()), err: broken}, Options{})
	require.ErrorIs(t, err, broken)
	file := brokenFile{File: nil, err: broken}
	_, err = Read(t.Context(), oneFile{FS: files(base()), file: file}, Options{})
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "ActionTriggers.csv: line 1: ")
}

// brokenFile fails to be read.
type brokenFile struct {
	fs.File
	err error
}

func (b brokenFile) Read([]byte) (int, error) { return 0, b.err }
func (brokenFile) Close() error               { return nil }

func TestACancelledReadEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	rows := strings.Repeat("D1,44\n", 3*progressRows)
	calls := 0
	o := Options{Progress: func(file string, rows int) {
		require.Equal(t, "Destinations.csv", file)
		calls++
		cancel()
	}}
	_, err := Read(ctx, files(map[string]string{"Destinations.csv": rows}), o)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 2, calls, "after 10,000 rows and at the end")
	_, err = Read(ctx, files(base()), Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// As a Kubernetes volume has them: links to files in a hidden folder.
func TestLinksToFilesAreFollowedAndOtherThingsRefused(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "..data"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "..data", "Destinations.csv"), []byte("D1,44\n"), 0o644))
	require.NoError(t, os.Symlink(filepath.Join("..data", "Destinations.csv"), filepath.Join(dir, "Destinations.csv")))
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	got, err := Read(t.Context(), root.FS(), Options{})
	require.NoError(t, err)
	require.Len(t, got[Destinations], 1)

	device := fstest.MapFS{"Rates.csv": &fstest.MapFile{Mode: fs.ModeDevice}}
	_, err = Read(t.Context(), device, Options{})
	require.Equal(t, []string{"Rates.csv:1:1: not a regular file"}, wrong(t, err))
}

func TestALineEndsAtTheEndOfTheFileToo(t *testing.T) {
	l := newLines(Options{}.withDefaults())
	l.open(strings.NewReader("a\n\nb"))
	for _, want := range []string{"a", "", "b"} {
		line, err := l.next()
		require.NoError(t, err)
		require.Equal(t, want, string(line))
	}
	_, err := l.next()
	require.ErrorIs(t, err, io.EOF)
}
