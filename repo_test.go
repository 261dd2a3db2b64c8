package purser_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// module is our import path; a package "engine" is imported as module/engine.
const module = "purser"

// level is the table of rooms in ARCHITECTURE.md: a package may import packages
// of a lower level only. A new package is entered here and there.
var level = map[string]int{
	"engine/amount":   0,
	"engine/cborwire": 0,
	"paced":           0,
	"config":          0,
	"rpcjson":         1,
	"engine/rating":   1,
	"engine/services": 1,
	"engine":          2,
	"engine/ledger":   3,
	"engine/audit":    3,
	"engine/store":    4,
	"apier":           5,
	"apier/notify":    5,
	"apier/crossbar":  5,
	"cmd/purserd":     6,
	"cmd/purser":      6,

	"apier/tariffplan": 4,
}

// testOnly holds packages that only tests import, with what they may import.
var testOnly = map[string][]string{
	"engine/enginetest": {"engine", "engine/amount", "engine/audit", "engine/ledger", "engine/rating", "engine/services"},
	"apier/apitest":     {},
}

// home says below which directory a library may be imported. Tests are free, as
// they also speak to us as outsiders do.
var home = map[string]string{
	"go.etcd.io/bbolt":                    "engine/store",
	"github.com/spf13/viper":              "config",
	"github.com/cenkalti/rpc2":            "rpcjson",
	"github.com/ericlagergren/decimal":    "engine/amount",
	"github.com/spf13/cobra":              "cmd",
	"github.com/prometheus/client_golang": "cmd/purserd",
}

// impure lists what in engine may read the clock and make ids; everything else
// there is a pure function of its arguments.
var impure = []string{"engine/engine.go", "engine/writer.go", "engine/store/"}

const (
	fileLinesMax = 500
	funcLinesMax = 70
	columnsMax   = 120 // a tab counts as one
)

// rule is one rule of the house. Its samples prove that it can fail: check must
// find something in each of bad (path and text) and nothing in good.
type rule struct {
	name      string
	check     func(tree []source) []finding
	bad, good []source
}

// finding is one broken rule: where, what, and what to do instead.
type finding struct {
	path string
	line int
	text string
}

func (f finding) String() string { return fmt.Sprintf("%s:%d: %s", f.path, f.line, f.text) }

// source is one text file of the repository; ast is nil unless it is Go code.
type source struct {
	path string // below the root, with slashes
	text string
	ast  *ast.File
	fset *token.FileSet
}

func (s source) isGo() bool   { return s.ast != nil }
func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }
func (s source) dir() string  { return path.Dir(s.path) }

// at reports a finding at a node.
func (s source) at(node ast.Node, format string, args ...any) finding {
	return finding{s.path, s.fset.Position(node.Pos()).Line, fmt.Sprintf(format, args...)}
}

// lines returns how many lines a node has.
func (s source) lines(node ast.Node) int {
	return s.fset.Position(node.End()).Line - s.fset.Position(node.Pos()).Line + 1
}

// newSource parses Go code outside testdata and keeps any other text as it is.
func newSource(name, text string) (source, error) {
	s := source{path: name, text: text}
	if path.Ext(name) != ".go" || strings.Contains("/"+name, "/testdata/") {
		return s, nil
	}
	s.fset = token.NewFileSet()
	var err error
	s.ast, err = parser.ParseFile(s.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return s, err
}

// readTree reads the text files below root that are ours and not made by a run.
func readTree(t *testing.T, root string) []source {
	t.Helper()
	var tree []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{".git", "bin", "purser-data"}, entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || entry.Name() == ".git" { // which is a file in a worktree
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			return nil
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		s, err := newSource(filepath.ToSlash(relative), string(text))
		if err != nil {
			return err
		}
		tree = append(tree, s)
		return nil
	})
	require.NoError(t, err)
	return tree
}

func TestRepositoryKeepsItsRules(t *testing.T) {
	tree := readTree(t, ".")
	require.NotEmpty(t, tree)
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			for _, f := range r.check(tree) {
				t.Error(f)
			}
		})
	}
}

func TestEveryRuleCanFail(t *testing.T) {
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			require.NotEmpty(t, r.bad)
			require.NotEmpty(t, r.good)
			for _, sample := range r.bad {
				s, err := newSource(sample.path, sample.text)
				require.NoError(t, err)
				found := r.check([]source{s})
				require.NotEmpty(t, found, "%s\n%s", s.path, s.text)
				require.Equal(t, s.path, found[0].path)
				require.Positive(t, found[0].line)
			}
			for _, sample := range r.good {
				s, err := newSource(sample.path, sample.text)
				require.NoError(t, err)
				require.Empty(t, r.check([]source{s}), "%s\n%s", s.path, s.text)
			}
		})
	}
}

// Alerts and dashboard may ask only for metrics that the operating guide lists.
func TestMetricsInDataAreDocumented(t *testing.T) {
	guide, err := os.ReadFile("docs/operating.md")
	require.NoError(t, err)
	metric := regexp.MustCompile(`\bpurser_[a-z_]+`)
	asked := 0
	for _, name := range []string{"data/prometheus/alerts.yaml", "data/grafana/purser.json"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, name := range metric.FindAllString(string(text), -1) {
			name = strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count")
			asked++
			require.Contains(t, string(guide), "| `"+name+"` |", "docs/operating.md does not list it")
		}
	}
	require.Positive(t, asked)
}

// A promise or divergence that names a test, as `engine: TestX`, or a script names one that is there.
func TestDocumentsNameTestsThatAreThere(t *testing.T) {
	there := map[string]bool{}
	for _, s := range readTree(t, ".") {
		there[s.path] = true
		if !s.isGo() {
			continue
		}
		for _, d := range s.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				there[s.dir()+": "+fn.Name.Name] = true
			}
		}
	}
	named := regexp.MustCompile("`([a-z/]+: Test[A-Za-z0-9]+|engine/testdata/[a-z_-]+\\.txt)`")
	for _, name := range []string{"README.md", "docs/divergences.md"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		found := named.FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, found, name)
		for _, test := range found {
			require.True(t, there[test[1]], "%s names %s, which is not there", name, test[1])
		}
	}
}

// goFiles makes a rule of a check of single Go files.
func goFiles(check func(s source) []finding) func([]source) []finding {
	return func(tree []source) []finding {
		var found []finding
		for _, s := range tree {
			if s.isGo() {
				found = append(found, check(s)...)
			}
		}
		return found
	}
}

// productFiles makes a rule of a check of single Go files that are no tests.
func productFiles(check func(s source) []finding) func([]source) []finding {
	return goFiles(func(s source) []finding {
		if s.isTest() {
			return nil
		}
		return check(s)
	})
}

func rules() []rule {
	long := strings.Repeat("\tx++\n", funcLinesMax)
	column := strings.Repeat("x", columnsMax)
	return []rule{
		{"imports point down the table", goFiles(checkImports),
			[]source{
				{path: "engine/amount/a.go", text: "package amount\nimport \"purser/engine\"\n"},
				{path: "engine/ledger/a.go", text: "package ledger\nimport \"purser/engine/audit\"\n"},
				{path: "apier/a.go", text: "package apier\nimport \"purser/apier/crossbar\"\n"},
				{path: "apier/crossbar/a.go", text: "package crossbar\nimport \"purser/apier\"\n"},
				{path: "apier/a.go", text: "package apier\nimport \"purser/config\"\n"},
				{path: "apier/a.go", text: "package apier\nimport \"purser/engine/enginetest\"\n"},
				{path: "engine/enginetest/a.go", text: "package enginetest\nimport \"purser/engine/store\"\n"},
				{path: "engine/a_test.go", text: "package engine\nimport \"purser/cmd/purserd\"\n"},
				{path: "engine/newroom/a.go", text: "package newroom\n"},
				{path: "apier/a.go", text: "package apier\nimport \"purser/engine/newroom\"\n"},
				{path: "doc.go", text: "package purser\nimport \"purser/engine\"\n"},
			},
			[]source{
				{path: "cmd/purserd/a.go", text: "package main\nimport (\n\"purser/config\"\n\"purser/apier\"\n)\n"},
				{path: "engine/a_test.go", text: "package engine_test\nimport \"purser/engine/enginetest\"\n"},
				{path: "engine/a_test.go", text: "package engine_test\nimport \"purser/engine/store\"\n"},
				{path: "apier/a.go", text: "package apier\nimport \"purser/rpcjson\"\n"},
				{path: "engine/enginetest/a.go", text: "package enginetest\nimport \"purser/engine\"\n"},
			}},
		{"libraries stay at home", productFiles(checkHomes),
			[]source{
				{path: "engine/a.go", text: "package engine\nimport \"go.etcd.io/bbolt\"\n"},
				{path: "engine/storefront/a.go", text: "package storefront\nimport \"go.etcd.io/bbolt/errors\"\n"},
				{path: "cmd/purserd/a.go", text: "package main\nimport \"github.com/spf13/viper\"\n"},
				{path: "apier/a.go", text: "package apier\nimport \"github.com/cenkalti/rpc2/jsonrpc\"\n"},
				{path: "engine/a.go", text: "package engine\nimport \"github.com/ericlagergren/decimal\"\n"},
				{path: "config/a.go", text: "package config\nimport \"github.com/spf13/cobra\"\n"},
				{path: "rpcjson/a.go", text: "package rpcjson\n" +
					"import \"github.com/prometheus/client_golang/prometheus\"\n"},
			},
			[]source{
				{path: "engine/store/a.go", text: "package store\nimport \"go.etcd.io/bbolt\"\n"},
				{path: "cmd/purser/a.go", text: "package main\nimport \"github.com/spf13/cobra\"\n"},
				{path: "apier/a_test.go", text: "package apier\nimport \"github.com/cenkalti/rpc2\"\n"},
				{path: "config/a.go", text: "package config\nimport \"go.etcd.io/bboltlike\"\n"},
			}},
		{"files are short", productFiles(checkFileLength),
			[]source{{path: "engine/a.go", text: "package engine\n" + strings.Repeat("//\n", fileLinesMax)}},
			[]source{
				{path: "engine/a.go", text: "package engine\n" + strings.Repeat("//\n", fileLinesMax-1)},
				{path: "engine/a_test.go", text: "package engine\n" + strings.Repeat("//\n", fileLinesMax)},
			}},
		{"functions are short", productFiles(checkFuncLength),
			[]source{{path: "engine/a.go", text: "package engine\nfunc f(x int) {\n" + long + "}\n"}},
			[]source{
				{path: "engine/a.go", text: "package engine\nfunc f(x int) {\n" + long[:len("\tx++\n")*68] + "}\n"},
				{path: "engine/a.go", text: "package engine\nfunc table() []int {\n\treturn []int{\n" +
					strings.Repeat("\t\t1,\n", funcLinesMax) + "\t}\n}\n"},
			}},
		{"lines are short", productFiles(checkColumns),
			[]source{{path: "engine/a.go", text: "package engine\n\nvar x" + column + " int\n"}},
			[]source{{path: "engine/a.go", text: "package engine\n\n//" + column[2:] + "\n"}}},
		{"files are named for a concept", goFiles(checkFileName),
			[]source{{path: "engine/util.go", text: "package engine\n"}, {path: "a/helpers_test.go", text: "package a\n"}},
			[]source{{path: "engine/select.go", text: "package engine\n"}}},
		{"engine has no floats", productFiles(checkFloats),
			[]source{
				{path: "engine/amount/a.go", text: "package amount\nfunc f(x float64) {}\n"},
				{path: "engine/a.go", text: "package engine\nvar x = float32(1)\n"},
			},
			[]source{
				{path: "engine/a.go", text: "package engine\n\n// no float64\nvar s = \"float64\"\n"},
				{path: "engine/a_test.go", text: "package engine\nvar x float64\n"},
				{path: "apier/a.go", text: "package apier\nvar x float64\n"},
			}},
		{"engine is pure", productFiles(checkPure),
			[]source{
				{path: "engine/decide.go", text: "package engine\nimport \"time\"\nvar f = time.Now\n"},
				{path: "engine/ledger/a.go", text: "package ledger\nimport t \"time\"\nfunc f() { t.Since(t.Time{}) }\n"},
				{path: "engine/a.go", text: "package engine\nimport \"github.com/google/uuid\"\nvar x = uuid.NewString()\n"},
				{path: "engine/rating/a.go", text: "package rating\nimport \"math/rand/v2\"\nvar x = rand.Int()\n"},
			},
			[]source{
				{path: "engine/writer.go", text: "package engine\nimport \"time\"\nvar f = time.Now\n"},
				{path: "engine/store/a.go", text: "package store\nimport \"time\"\nvar f = time.Now\n"},
				{path: "apier/a.go", text: "package apier\nimport \"time\"\nvar f = time.Now\n"},
				{path: "engine/a.go", text: "package engine\nimport \"time\"\nvar d = time.Second\n"},
				{path: "engine/a.go", text: "package engine\nimport \"github.com/google/uuid\"\nvar x uuid.UUID\n"},
			}},
		{"nothing runs at import", goFiles(checkInit),
			[]source{{path: "engine/a.go", text: "package engine\nfunc init() {}\n"}},
			[]source{{path: "engine/a.go", text: "package engine\ntype x int\nfunc (x) init() {}\n"}}},
		{"no logger or metric of a package", productFiles(checkGlobals),
			[]source{
				{path: "engine/a.go", text: "package engine\nimport \"log/slog\"\nvar log *slog.Logger\n"},
				{path: "engine/a.go", text: "package engine\nimport \"log/slog\"\nvar log = slog.Default()\n"},
				{path: "cmd/purserd/a.go", text: "package main\n" +
					"import \"github.com/prometheus/client_golang/prometheus\"\n" +
					"var n = prometheus.NewCounter(prometheus.CounterOpts{})\n"},
			},
			[]source{
				{path: "cmd/purserd/a.go", text: "package main\nimport \"log/slog\"\nvar levels = []slog.Level{slog.LevelInfo}\n"},
				{path: "engine/a.go", text: "package engine\nimport \"log/slog\"\nfunc f() { var log *slog.Logger; log.Info(\"\") }\n"},
				{path: "cmd/purserd/a.go", text: "package main\n" +
					"import \"github.com/prometheus/client_golang/prometheus\"\n" +
					"type c struct{prometheus.Collector}\nvar _ prometheus.Collector = c{}\n"},
			}},
		{"packages say what they are for", checkPackageDocs,
			[]source{{path: "engine/a.go", text: "package engine\n"}},
			[]source{
				{path: "engine/doc.go", text: "// Package engine decides.\npackage engine\n"},
				{path: "engine/a_test.go", text: "package engine\n"},
			}},
		{"exported names say what they are for", productFiles(checkExportedDocs),
			[]source{
				{path: "engine/a.go", text: "package engine\nfunc Do() {}\n"},
				{path: "engine/a.go", text: "package engine\ntype T int\n"},
				{path: "engine/a.go", text: "package engine\n// T counts.\ntype T[K any] []K\nfunc (*T[K]) Do() {}\n"},
				{path: "engine/a.go", text: "package engine\nconst (\n\tA = 1\n\tB = 2\n)\n"},
				{path: "engine/a.go", text: "package engine\nvar ErrX error\n"},
				{path: "engine/a.go", text: "package engine\n// Two types.\ntype (\n\tA int\n\tB int\n)\n"},
			},
			[]source{
				{path: "engine/a.go", text: "package engine\n// Do does.\nfunc Do() {}\nfunc do() {}\n"},
				{path: "engine/a.go", text: "package engine\n// Codes.\nconst (\n\tA = 1\n\tB = 2\n)\n"},
				{path: "engine/a.go", text: "package engine\nconst (\n\tA = 1 // one\n)\ntype t int\nfunc (t) String() string\n"},
				{path: "engine/a_test.go", text: "package engine\nfunc TestX() {}\n"},
			}},
		{"leftovers name their issue", checkLeftovers,
			[]source{
				{path: "engine/a.go", text: "package engine\n// TO" + "DO: later\n"},
				{path: "engine/a_test.go", text: "package engine\n/* FIX" + "ME */\n"},
				{path: ".ci/run", text: "# HA" + "CK around it\n"},
				{path: "Makefile", text: "x: # XX" + "X\n"},
			},
			[]source{
				{path: "engine/a.go", text: "package engine\n// TO" + "DO(#12): later\nvar currency = \"XX" + "X\"\n"},
				{path: ".ci/run", text: "# to do\n"},
			}},
		{"no error of a write is dropped", productFiles(checkDropped),
			[]source{
				{path: "engine/a.go", text: "package engine\nfunc f() { _ = file.Close() }\n"},
				{path: "engine/a.go", text: "package engine\nfunc f() { _, _ = a.b.Write(nil) }\n"},
				{path: "engine/a.go", text: "package engine\nfunc f() { defer func() { _ = file.Sync() }() }\n"},
				{path: "engine/a.go", text: "package engine\nfunc f() { if _ = tx.Commit(); true {} }\n"},
			},
			[]source{
				{path: "engine/a.go", text: "package engine\nfunc f() error { return file.Close() }\n"},
				{path: "engine/a.go", text: "package engine\nfunc f() { _ = file.Name() }\n"},
				{path: "engine/a_test.go", text: "package engine\nfunc f() { _ = file.Close() }\n"},
			}},
		{"no path of one machine", checkPaths,
			[]source{
				{path: "README.md", text: "see /wo" + "rk/notes\n"},
				{path: "engine/a.go", text: "package engine\nvar p = \"/ho" + "me/ann/x\"\n"},
				{path: "data/x.yaml", text: "\ndir: /ro" + "ot/x\n"},
			},
			[]source{{path: "README.md", text: "see ./works/notes, https://example.net/home/x and /var/lib/purser\n"}}},
	}
}

// ours returns the path of an imported package below the root, if it is ours.
func ours(imported string) (string, bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

func importPath(spec *ast.ImportSpec) string { return strings.Trim(spec.Path.Value, "\"`") }

func checkImports(s source) []finding {
	var found []finding
	own, known := level[s.dir()]
	allowed, helper := testOnly[s.dir()]
	if !known && !helper && s.dir() != "." {
		return []finding{s.at(s.ast.Name, "package %s is not in the table: enter its level in repo_test.go "+
			"and ARCHITECTURE.md", s.dir())}
	}
	for _, spec := range s.ast.Imports {
		target, isOurs := ours(importPath(spec))
		if !isOurs {
			continue
		}
		targetLevel, targetKnown := level[target]
		_, targetTestOnly := testOnly[target]
		var ok bool
		switch {
		case s.isTest():
			ok = (targetKnown || targetTestOnly) && (!strings.HasPrefix(target, "cmd/"))
		case helper:
			ok = slices.Contains(allowed, target)
		case target == "config":
			ok = strings.HasPrefix(s.dir(), "cmd/")
		default:
			ok = known && targetKnown && targetLevel < own
		}
		if !ok {
			found = append(found, s.at(spec, "%s may not import %s: declare the interface you need and let cmd wire it",
				s.dir(), target))
		}
	}
	return found
}

func checkHomes(s source) []finding {
	var found []finding
	for _, spec := range s.ast.Imports {
		for _, library := range slices.Sorted(maps.Keys(home)) {
			if below(importPath(spec), library) && !below(s.dir(), home[library]) {
				found = append(found, s.at(spec, "%s is imported in %s only: use that package", library, home[library]))
			}
		}
	}
	return found
}

// below tells whether a path is dir or inside it.
func below(name, dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") }

func checkFileLength(s source) []finding {
	if n := strings.Count(s.text, "\n"); n > fileLinesMax {
		return []finding{{s.path, n, fmt.Sprintf("%d lines, at most %d: give its second concept a file", n, fileLinesMax)}}
	}
	return nil
}

func checkFuncLength(s source) []finding {
	var found []finding
	for _, decl := range s.ast.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if ok && s.lines(fn) > funcLinesMax && !isTable(fn) {
			found = append(found, s.at(fn, "%s has %d lines, at most %d: name its steps as functions",
				fn.Name.Name, s.lines(fn), funcLinesMax))
		}
	}
	return found
}

// isTable tells whether a function does nothing but return a literal.
func isTable(fn *ast.FuncDecl) bool {
	if fn.Body == nil || len(fn.Body.List) != 1 {
		return false
	}
	result, ok := fn.Body.List[0].(*ast.ReturnStmt)
	if !ok {
		return false
	}
	for _, expr := range result.Results {
		if _, ok := expr.(*ast.CompositeLit); !ok {
			return false
		}
	}
	return true
}

func checkColumns(s source) []finding {
	var found []finding
	for i, line := range strings.Split(s.text, "\n") {
		if n := utf8.RuneCountInString(line); n > columnsMax {
			found = append(found, finding{s.path, i + 1, fmt.Sprintf("%d columns, at most %d: break the line", n, columnsMax)})
		}
	}
	return found
}

func checkFileName(s source) []finding {
	name := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test")
	if slices.Contains([]string{"util", "utils", "helper", "helpers", "common", "types", "misc"}, name) {
		return []finding{s.at(s.ast.Name, "%q says nothing: name the file for its concept", name)}
	}
	return nil
}

func checkFloats(s source) []finding {
	if !below(s.path, "engine") {
		return nil
	}
	var found []finding
	ast.Inspect(s.ast, func(node ast.Node) bool {
		if id, ok := node.(*ast.Ident); ok && (id.Name == "float64" || id.Name == "float32") {
			found = append(found, s.at(id, "%s rounds: use amount.Amount or an integer", id.Name))
		}
		return true
	})
	return found
}

// unpure lists, by import path, the functions that make a result depend on more
// than the arguments, and what to use instead. "" stands for all functions.
var unpure = map[string]struct {
	functions []string
	instead   string
}{
	"time":                   {[]string{"Now", "Since", "Until"}, "the time in the command"},
	"github.com/google/uuid": {[]string{"New", "NewString", "NewRandom", "NewUUID", "NewV6", "NewV7"}, "the ids in the command"},
	"math/rand":              {[]string{""}, "values in the command"},
	"math/rand/v2":           {[]string{""}, "values in the command"},
	"crypto/rand":            {[]string{""}, "values in the command"},
}

func checkPure(s source) []finding {
	if !below(s.path, "engine") {
		return nil
	}
	for _, free := range impure {
		if strings.HasPrefix(s.path, free) {
			return nil
		}
	}
	var found []finding
	for _, selector := range selectors(s, s.ast) {
		banned, ok := unpure[selector.imported]
		if ok && (slices.Contains(banned.functions, selector.name) || banned.functions[0] == "") {
			found = append(found, s.at(selector.node, "%s.%s in a pure file: use %s",
				path.Base(selector.imported), selector.name, banned.instead))
		}
	}
	return found
}

// selector is one use of an imported name, like time.Now.
type selector struct {
	node           ast.Node
	imported, name string
}

// selectors returns the uses of imported names below root.
func selectors(s source, root ast.Node) []selector {
	importedAs := map[string]string{}
	for _, spec := range s.ast.Imports {
		name := path.Base(importPath(spec))
		if name == "v2" {
			name = path.Base(path.Dir(importPath(spec)))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		importedAs[name] = importPath(spec)
	}
	var found []selector
	ast.Inspect(root, func(node ast.Node) bool {
		if use, ok := node.(*ast.SelectorExpr); ok {
			if id, ok := use.X.(*ast.Ident); ok && importedAs[id.Name] != "" {
				found = append(found, selector{use, importedAs[id.Name], use.Sel.Name})
			}
		}
		return true
	})
	return found
}

func checkInit(s source) []finding {
	var found []finding
	for _, decl := range s.ast.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			found = append(found, s.at(fn, "init runs unasked: let a constructor do it"))
		}
	}
	return found
}

func checkGlobals(s source) []finding {
	var found []finding
	for _, decl := range s.ast.Decls {
		vars, ok := decl.(*ast.GenDecl)
		if !ok || vars.Tok != token.VAR {
			continue
		}
		for _, spec := range vars.Specs {
			if spec.(*ast.ValueSpec).Names[0].Name == "_" { // a check of a type against an interface
				continue
			}
			for _, use := range selectors(s, spec) {
				logger := use.imported == "log/slog" && slices.Contains([]string{"Logger", "New", "Default", "With"}, use.name)
				if logger || below(use.imported, "github.com/prometheus/client_golang") {
					found = append(found, s.at(use.node, "package-level %s: hand it in through Options", use.name))
				}
			}
		}
	}
	return found
}

func checkPackageDocs(tree []source) []finding {
	first := map[string]source{}
	documented := map[string]bool{}
	for _, s := range tree {
		if !s.isGo() || s.isTest() {
			continue
		}
		if _, seen := first[s.dir()]; !seen {
			first[s.dir()] = s
		}
		documented[s.dir()] = documented[s.dir()] || s.ast.Doc != nil
	}
	var found []finding
	for _, dir := range slices.Sorted(maps.Keys(first)) {
		if !documented[dir] {
			s := first[dir]
			found = append(found, s.at(s.ast.Name, "package %s has no doc comment: write doc.go", s.ast.Name.Name))
		}
	}
	return found
}

func checkExportedDocs(s source) []finding {
	var found []finding
	undocumented := func(name *ast.Ident) {
		found = append(found, s.at(name, "%s has no doc comment: say what it is for", name.Name))
	}
	for _, decl := range s.ast.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && receiverIsExported(d) {
				undocumented(d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if name := undocumentedName(d, spec); name != nil {
					undocumented(name)
				}
			}
		}
	}
	return found
}

// undocumentedName returns the exported name of a spec that has no comment. One
// comment is enough for a group of constants or variables, not of types.
func undocumentedName(group *ast.GenDecl, spec ast.Spec) *ast.Ident {
	switch d := spec.(type) {
	case *ast.TypeSpec:
		if d.Name.IsExported() && d.Doc == nil && d.Comment == nil && (group.Doc == nil || group.Lparen.IsValid()) {
			return d.Name
		}
	case *ast.ValueSpec:
		if d.Names[0].IsExported() && d.Doc == nil && d.Comment == nil && group.Doc == nil {
			return d.Names[0]
		}
	}
	return nil
}

// receiverIsExported tells whether a function's receiver, if any, can be named
// outside the package.
func receiverIsExported(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return true
	}
	exported := true
	ast.Inspect(fn.Recv.List[0].Type, func(node ast.Node) bool {
		if id, ok := node.(*ast.Ident); ok {
			exported = id.IsExported()
			return false
		}
		_, isIndex := node.(*ast.IndexListExpr)
		_, isStar := node.(*ast.StarExpr)
		_, isIndexed := node.(*ast.IndexExpr)
		return exported && (isIndex || isStar || isIndexed)
	})
	return exported
}

// leftover matches the marks of unfinished work, with the issue if they have one.
var leftover = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b(\(#\d+\))?`)

// checkLeftovers reads the comments of Go code and the whole of scripts.
func checkLeftovers(tree []source) []finding {
	var found []finding
	scan := func(s source, firstLine int, text string) {
		for i, line := range strings.Split(text, "\n") {
			if mark := leftover.FindStringSubmatch(line); mark != nil && mark[2] == "" {
				found = append(found, finding{s.path, firstLine + i,
					fmt.Sprintf("%s without an issue: do it, or write %s(#number)", mark[1], mark[1])})
			}
		}
	}
	for _, s := range tree {
		switch {
		case s.isGo():
			for _, group := range s.ast.Comments {
				for _, comment := range group.List {
					scan(s, s.fset.Position(comment.Pos()).Line, comment.Text)
				}
			}
		case s.path == "Makefile", below(s.path, ".ci"), path.Ext(s.path) == ".sh", path.Ext(s.path) == ".yaml":
			scan(s, 1, s.text)
		}
	}
	return found
}

func checkDropped(s source) []finding {
	var found []finding
	ast.Inspect(s.ast, func(node ast.Node) bool {
		assign, ok := node.(*ast.AssignStmt)
		if !ok || len(assign.Rhs) != 1 || slices.ContainsFunc(assign.Lhs, isNamed) {
			return true
		}
		call, ok := assign.Rhs[0].(*ast.CallExpr)
		if !ok {
			return true
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if ok && slices.Contains([]string{"Close", "Sync", "Write", "WriteString", "Flush", "Commit"}, method.Sel.Name) {
			found = append(found, s.at(assign, "the error of %s is dropped: return it or errors.Join it", method.Sel.Name))
		}
		return true
	})
	return found
}

// isNamed tells whether an assigned expression is other than the blank.
func isNamed(expr ast.Expr) bool {
	id, ok := expr.(*ast.Ident)
	return !ok || id.Name != "_"
}

// machinePath matches absolute paths that exist on one machine only.
var machinePath = regexp.MustCompile(`(^|[^\w./-])/(wo` + `rk|ho` + `me|ro` + `ot)/`)

func checkPaths(tree []source) []finding {
	var found []finding
	for _, s := range tree {
		for i, line := range strings.Split(s.text, "\n") {
			if machinePath.MatchString(line) {
				found = append(found, finding{s.path, i + 1, "absolute path of one machine: make it relative to the repository"})
			}
		}
	}
	return found
}
