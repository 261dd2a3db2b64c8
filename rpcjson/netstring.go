package rpcjson

import "io"

// lengthDigitsMax bounds the length of a netstring as it is written: ten digits are more than any limit.
const lengthDigitsMax = 10

// nextNetstring is next for a stream of netstrings, LENGTH ":" JSON ",", as Kamailio's jsonrpcc and janssonrpcc send
// them. Source: https://cr.yp.to/proto/netstrings.txt.
func (f *frames) nextNetstring() ([]byte, error) {
	f.start = f.pos
	if f.pos == f.end {
		if err := f.fill(); err != nil {
			return nil, err
		}
	}
	f.begun = true
	length, err := f.netstringLength()
	if err != nil {
		return nil, err
	}
	if length > f.bytesMax {
		return nil, f.skip(length+len(","), errTooLong)
	}
	for f.end-f.pos < length+len(",") {
		err := f.fillWithin()
		if err == errNoRoom {
			err = f.skip(length+len(","), errNoRoom)
		}
		if err != nil {
			return nil, err
		}
	}
	payload := f.buf[f.pos : f.pos+length]
	f.pos += length
	if f.buf[f.pos] != ',' {
		return nil, notJSON("a netstring must end with a comma")
	}
	f.pos++
	f.finish()
	return f.only(payload)
}

// netstringLength reads the length and the colon after it.
func (f *frames) netstringLength() (int, error) {
	for length, digits := 0, 0; ; digits++ {
		if f.pos == f.end {
			if err := f.fillWithin(); err != nil {
				return 0, err
			}
		}
		c := f.buf[f.pos]
		f.pos++
		switch {
		case c == ':' && digits > 0:
			return length, nil
		case !isDigit(c) || digits == lengthDigitsMax:
			return 0, notJSON("a netstring must begin with its length and a colon")
		}
		length = 10*length + int(c-'0')
	}
}

// skip passes over n bytes without keeping them, and returns the reason for that.
func (f *frames) skip(n int, reason error) error {
	f.skipping = true
	for n > f.end-f.pos {
		n -= f.end - f.pos
		f.pos = f.end
		if err := f.fillWithin(); err != nil {
			return err
		}
	}
	f.pos += n
	f.finish()
	return reason
}

// fillWithin is fill where the stream must not end.
func (f *frames) fillWithin() error {
	err := f.fill()
	if err == io.EOF {
		return notJSON("unexpected end of input")
	}
	return err
}
