package tariffplan

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// progressRows is how many rows of a file lie between two calls of
// Options.Progress, which are also the places where a cancelled read ends.
const progressRows = 10_000

// Read reads the tables in a folder and all its sub-folders. Files that are
// absent are absent; what begins with a dot is not looked at. A *.csv that is
// no table of purser's is refused when it has rows, because a plan is used
// whole or not at all. The error is an *Errors, or one of the file system or
// ctx.
func Read(ctx context.Context, folder fs.FS, o Options) (*Tables, error) {
	o = o.withDefaults()
	r := &reader{folder: folder, opts: o, lines: newLines(o), problems: problems{max: o.ErrorsMax}}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("tariff plan: %w", err)
		}
		return r.visit(ctx, name, entry)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	if err := r.problems.err(); err != nil {
		return nil, err
	}
	return &r.tables, nil
}

// errEnough ends a read at a bound; the problem is reported already.
var errEnough = errors.New("enough")

// reader is a read on its way.
type reader struct {
	folder   fs.FS
	opts     Options
	lines    *lines
	tables   Tables
	problems problems

	visited, rows int
}

// visit looks at one file or folder.
func (r *reader) visit(ctx context.Context, name string, entry fs.DirEntry) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if r.visited++; r.visited > r.opts.FilesMax {
		return r.enough(name, 1, "more than %d files and folders", r.opts.FilesMax)
	}
	hidden := strings.HasPrefix(path.Base(name), ".") && name != "."
	switch {
	case entry.IsDir() && hidden:
		return fs.SkipDir
	case entry.IsDir(), hidden, path.Ext(name) != ".csv":
		return nil
	}
	info, err := fs.Stat(r.folder, name) // of what a link leads to
	if err != nil {
		return fmt.Errorf("tariff plan: %w", err)
	}
	if !info.Mode().IsRegular() {
		r.problem(name, 1, 1, "not a regular file")
		return nil
	}
	return r.read(ctx, name)
}

// read takes the rows of one file.
func (r *reader) read(ctx context.Context, name string) (err error) {
	file, err := r.folder.Open(name)
	if err != nil {
		return fmt.Errorf("tariff plan: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	table, known := tableOfFile(path.Base(name))
	r.lines.open(file)
	defer func() { r.opts.Progress(name, r.rows) }()
	for {
		line, err := r.lines.next()
		number := r.lines.number
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errLineTooLong):
			r.problem(name, number, r.opts.LineBytesMax+1, "line of more than %d bytes", r.opts.LineBytesMax)
			continue
		case errors.Is(err, errTooMuch):
			return r.enough(name, number, "more than %d bytes in all files", r.opts.BytesMax)
		case err != nil:
			return fmt.Errorf("tariff plan: %s: line %d: %w", name, number, err)
		case !isRow(line):
			continue
		case !known:
			r.problem(name, number, 1, "%s is not supported and has rows: remove them or the file", path.Base(name))
			return nil
		}
		if err := r.row(ctx, table, name, line); err != nil {
			return err
		}
	}
}

// row takes one row.
func (r *reader) row(ctx context.Context, table Table, name string, line []byte) error {
	number := r.lines.number
	if r.rows++; r.rows > r.opts.RowsMax {
		return r.enough(name, number, "more than %d rows in all files", r.opts.RowsMax)
	}
	if r.rows%progressRows == 0 {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		r.opts.Progress(name, r.rows)
	}
	cells, columns, err := r.lines.split(line)
	var wrong *csv.ParseError
	switch {
	case errors.As(err, &wrong):
		r.problem(name, number, wrong.Column, "record on line %d: %v", number, wrong.Err)
		return nil
	case err != nil:
		return fmt.Errorf("tariff plan: %s: line %d: %w", name, number, err)
	}
	r.tables[table] = append(r.tables[table], Row{File: name, Line: number, Cells: cells, columns: columns})
	return nil
}

func (r *reader) problem(name string, line, column int, format string, args ...any) {
	r.problems.add(Problem{File: name, Line: line, Column: column, Text: fmt.Sprintf(format, args...)})
}

// enough reports that a bound is passed and ends the read.
func (r *reader) enough(name string, line int, format string, args ...any) error {
	r.problem(name, line, 1, format, args...)
	return errEnough
}
