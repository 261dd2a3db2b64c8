package tariffplan

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

var (
	errLineTooLong = errors.New("line too long")
	errTooMuch     = errors.New("too many bytes")
)

// lines reads the lines of files one after the other, without ever holding
// more than one.
type lines struct {
	in     *bufio.Reader // as large as the longest line allowed
	left   int64         // bytes that may still be read
	number int           // of the line that was read last

	line   *bufio.Reader // what fields reads: one line
	fields *csv.Reader
}

func newLines(o Options) *lines {
	const lineEnd = 2 // bytes of \r\n
	l := &lines{in: bufio.NewReaderSize(nil, o.LineBytesMax+lineEnd), left: o.BytesMax, line: bufio.NewReader(nil)}
	l.fields = csv.NewReader(l.line)
	l.fields.FieldsPerRecord = -1
	l.fields.TrimLeadingSpace = true
	return l
}

// open turns to another file.
func (l *lines) open(file io.Reader) {
	l.in.Reset(file)
	l.number = 0
}

// next returns the next line without its end; it holds until the next call.
// After errLineTooLong, reading goes on behind the line. At the end, io.EOF.
func (l *lines) next() ([]byte, error) {
	l.number++
	line, err := l.in.ReadSlice('\n')
	l.left -= int64(len(line))
	tooLong := errors.Is(err, bufio.ErrBufferFull)
	for errors.Is(err, bufio.ErrBufferFull) && l.left >= 0 {
		var rest []byte
		rest, err = l.in.ReadSlice('\n')
		l.left -= int64(len(rest))
	}
	switch {
	case l.left < 0:
		return nil, errTooMuch
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case tooLong:
		return nil, errLineTooLong
	case err != nil && len(line) == 0:
		return nil, io.EOF
	}
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if l.number == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff")) // a byte order mark
	}
	return line, nil
}

// isRow tells whether a line is neither empty nor a comment.
func isRow(line []byte) bool {
	return len(line) > 0 && line[0] != '#' && len(bytes.TrimSpace(line)) > 0
}

// split takes a line apart as RFC 4180 says, with the byte that each field
// begins at, from 1. A row is one line: no value of a plan has a line break, and
// so a quote that is not closed is found on its own line instead of swallowing
// the rest of the file. The error is a *csv.ParseError.
func (l *lines) split(line []byte) (cells []string, columns []int32, err error) {
	l.line.Reset(bytes.NewReader(line))
	if cells, err = l.fields.Read(); err != nil {
		return nil, nil, err
	}
	columns = make([]int32, len(cells))
	for i := range cells {
		_, column := l.fields.FieldPos(i)
		columns[i] = int32(column)
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells, columns, nil
}
