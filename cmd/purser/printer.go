package main

import (
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// printer shows results: to people, or as JSON to programs.
type printer struct {
	out  io.Writer
	json bool
}

// result shows what a command's call returned. Without a form of its own, text
// is shown bare and everything else as indented JSON.
func (p *printer) result(c command, result jsontext.Value) error {
	if c.show != nil && !p.json {
		return c.show(p, result)
	}
	return p.plain(result)
}

// plain shows a result of any shape.
func (p *printer) plain(result jsontext.Value) error {
	if result.Kind() == '"' && !p.json {
		var content string
		if err := json.Unmarshal(result, &content); err != nil {
			return err
		}
		return p.line(printable(content))
	}
	shown := result.Clone()
	if err := shown.Indent(jsontext.WithIndent("  ")); err != nil {
		return err
	}
	return p.line(escaped(string(shown)))
}

// line prints one line.
func (p *printer) line(content string) error {
	_, err := io.WriteString(p.out, content+"\n")
	return err
}
