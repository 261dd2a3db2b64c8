package rpcjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// What framing finds instead of a frame. After the first three the next frame can be read, all others end the stream.
var (
	errTooLong = errors.New("request too long")
	errTooDeep = errors.New("request nested too deep")
	errNoRoom  = errors.New("too many long requests at once, try again")
	// errStray is a closing bracket after a complete request: the client wrote one too many, and CGRateS hangs up.
	errStray = errors.New("stray closing bracket")
)

// Sizes of the buffer that a connection reads into, in bytes. An idle connection keeps bufferMin; one that fills its
// buffer gets more, up to bufferKept for good and up to the request limit for as long as a request needs it.
const (
	bufferMin  = 4 << 10
	bufferKept = 16 << 10
)

// frames cuts a stream of bytes into JSON values, which need nothing between them.
type frames struct {
	src io.Reader
	// beforeRead is called before each read and told whether a frame has begun: then it is to be complete in time.
	beforeRead func(begun bool) error
	bytesMax   int
	room       *budget

	buf   []byte
	start int // of the frame
	pos   int // up to where the frame is scanned
	end   int // of what is read

	scan     scanner
	begun    bool // buf[start] is the first byte of a frame that is not complete
	skipping bool // the frame was refused, and its end is looked for
	count    int  // complete frames so far
}

func newFrames(src io.Reader, beforeRead func(begun bool) error, opts *Options, room *budget) *frames {
	return &frames{
		src: src, beforeRead: beforeRead, bytesMax: opts.RequestBytesMax, room: room,
		scan: scanner{depthMax: opts.DepthMax},
	}
}

// next returns the next frame, valid until the call after. io.EOF means that the stream ended between frames.
func (f *frames) next() ([]byte, error) {
	for {
		if !f.begun {
			if err := f.begin(); err != nil {
				return nil, err
			}
		}
		n, done := f.scan.scan(f.buf[f.pos:f.end])
		f.pos += n
		if f.scan.mismatch {
			return nil, notJSON("a word that is not null, true or false")
		}
		if err := f.refuse(); err != nil {
			if done {
				f.finish()
			}
			return nil, err
		}
		if done {
			if frame, ok := f.finish(); ok {
				return frame, nil
			}
			continue
		}
		if f.pos < f.end {
			continue // the scanner stopped to say that the value is too deep, and goes on now
		}
		if err := f.fill(); err != nil {
			if err == errNoRoom {
				f.skipping = true
			}
			if err == io.EOF && f.scan.kind == number && !f.skipping {
				frame, _ := f.finish()
				return frame, nil
			}
			if err == io.EOF {
				err = notJSON("unexpected end of input")
			}
			return nil, err
		}
	}
}

// begin skips white space, reading as needed, and starts a frame at the byte after it.
func (f *frames) begin() error {
	for {
		for f.pos < f.end && isSpace(f.buf[f.pos]) {
			f.pos++
		}
		f.start = f.pos
		if f.pos < f.end {
			break
		}
		if err := f.fill(); err != nil {
			return err
		}
	}
	first := f.buf[f.pos]
	if f.scan.begin(first) {
		f.begun = true
		return nil
	}
	if f.count > 0 && (first == '}' || first == ']') {
		return errStray
	}
	return notJSON(strangerText(first))
}

// refuse reports, once, that the frame is beyond the limits. From then on none of it is kept.
func (f *frames) refuse() error {
	switch {
	case f.skipping:
		return nil
	case f.pos-f.start > f.bytesMax:
		f.skipping = true
		return errTooLong
	case f.scan.tooDeep:
		f.skipping = true
		return errTooDeep
	}
	return nil
}

// finish ends the frame, and returns it unless it was refused.
func (f *frames) finish() ([]byte, bool) {
	frame, ok := f.buf[f.start:f.pos], !f.skipping
	f.begun, f.skipping, f.start = false, false, f.pos
	f.count++
	return frame, ok
}

// only returns b without the white space around it when it is one value within the limits.
func (f *frames) only(b []byte) ([]byte, error) {
	b = bytes.Trim(b, " \n\r\t")
	switch {
	case len(b) == 0:
		return nil, notJSON("nothing there")
	case len(b) > f.bytesMax:
		return nil, errTooLong
	case !f.scan.begin(b[0]):
		return nil, notJSON(strangerText(b[0]))
	}
	n, done := f.scan.scan(b)
	switch {
	case f.scan.tooDeep:
		return nil, errTooDeep
	case n < len(b):
		return nil, notJSON("more than one value, or none")
	case !done && f.scan.kind != number:
		return nil, notJSON("unexpected end of input")
	}
	return b, nil
}

// startsWithDigit waits for the first byte of the stream and reports whether it is a digit.
func (f *frames) startsWithDigit() (bool, error) {
	if err := f.fill(); err != nil {
		return false, err
	}
	return isDigit(f.buf[0]), nil
}

// fill reads at least one byte.
func (f *frames) fill() error {
	if f.skipping {
		f.start = f.pos // all of it is scanned, none is kept
	}
	if err := f.makeRoom(); err != nil {
		return err
	}
	if err := f.beforeRead(f.begun); err != nil {
		return err
	}
	for {
		n, err := f.src.Read(f.buf[f.end:])
		f.end += n
		switch {
		case n > 0:
			return nil // an error shows again at the next read
		case err != nil:
			return err
		}
	}
}

// makeRoom moves the frame to the front of the buffer, and gives the buffer the size that the stream asks for.
func (f *frames) makeRoom() error {
	full := f.end == len(f.buf)
	kept := f.end - f.start
	size := len(f.buf)
	switch {
	case full && (size < bufferKept || kept > size/2):
		size = max(bufferMin, 2*size)
	case kept == 0 && size > bufferKept:
		size = bufferMin
	}
	if !f.room.take(beyondKept(size) - beyondKept(len(f.buf))) {
		return errNoRoom
	}
	buf := f.buf
	if size != len(buf) {
		buf = make([]byte, size)
	}
	if size != len(f.buf) || f.start > 0 {
		copy(buf, f.buf[f.start:f.end])
	}
	f.buf, f.pos, f.end, f.start = buf, f.pos-f.start, kept, 0
	return nil
}

// release gives the buffer back.
func (f *frames) release() {
	f.room.give(beyondKept(len(f.buf)))
	f.buf, f.start, f.pos, f.end = nil, 0, 0, 0
}

// strangerText says what it looks like when a stream begins like no JSON value.
func strangerText(first byte) string {
	switch {
	case first == 0x16: // a TLS record of the handshake type, RFC 8446 section 5.1
		return "this looks like TLS, this port speaks JSON-RPC in the clear"
	case 'A' <= first && first <= 'Z':
		return "this looks like HTTP, this port speaks bare JSON-RPC"
	default:
		return fmt.Sprintf("a request cannot begin with %q", rune(first))
	}
}
