package rpcjson

// valueKind is what the first byte of a JSON value says about where the value ends.
type valueKind uint8

const (
	nested  valueKind = iota // an object, a list or a text: ends with its own closing byte
	number                   // ends before the first byte that cannot be part of it
	literal                  // null, true, false: ends with its last letter
)

// scanner finds the end of one JSON value, byte for byte and in any pieces, without keeping any of it. It knows just
// enough of the grammar for that; whether the value is valid is for the decoder to say. It is what bounds the input:
// 100,000 brackets or a gigabyte of digits cost it time, and no memory.
type scanner struct {
	depthMax int

	kind     valueKind
	depth    int
	inText   bool
	escaped  bool
	tooDeep  bool
	rest     string // of a literal: the letters still to come
	mismatch bool   // the literal is another word
}

// begin starts a value with its first byte, which scan gets again. It reports whether a JSON value can begin with it.
func (s *scanner) begin(first byte) bool {
	*s = scanner{depthMax: s.depthMax}
	switch first {
	case '{', '[', '"':
		s.kind = nested
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		s.kind = number
	case 'n':
		s.kind, s.rest = literal, "null"
	case 't':
		s.kind, s.rest = literal, "true"
	case 'f':
		s.kind, s.rest = literal, "false"
	default:
		return false
	}
	return true
}

// scan takes the next bytes of the value and returns how many of them belong to it, and whether it ends with them.
// It stops early, with neither all bytes nor the end, when the value turns out too deep or no JSON.
func (s *scanner) scan(b []byte) (n int, done bool) {
	switch s.kind {
	case number:
		return scanNumber(b)
	case literal:
		return s.scanLiteral(b)
	default:
		return s.scanNested(b)
	}
}

func (s *scanner) scanNested(b []byte) (n int, done bool) {
	for i := 0; i < len(b); i++ {
		if s.inText {
			if i = s.scanText(b, i); i == len(b) {
				return i, false
			}
			if s.depth == 0 {
				return i + 1, true
			}
			continue
		}
		switch b[i] {
		case '"':
			s.inText = true
		case '{', '[':
			s.depth++
			if s.depth > s.depthMax && !s.tooDeep {
				s.tooDeep = true
				return i + 1, false
			}
		case '}', ']':
			s.depth--
			if s.depth == 0 {
				return i + 1, true
			}
		}
	}
	return len(b), false
}

// scanText goes on in a text from b[i] and returns the position of its closing quote, or len(b).
func (s *scanner) scanText(b []byte, i int) int {
	for {
		if s.escaped && i < len(b) {
			s.escaped = false
			i++
		}
		for i < len(b) && b[i] != '"' && b[i] != '\\' {
			i++
		}
		if i == len(b) {
			return i
		}
		if b[i] == '"' {
			s.inText = false
			return i
		}
		s.escaped = true
		i++
	}
}

func (s *scanner) scanLiteral(b []byte) (n int, done bool) {
	for n < len(b) && s.rest != "" {
		if b[n] != s.rest[0] {
			s.mismatch = true
			return n, false
		}
		s.rest = s.rest[1:]
		n++
	}
	return n, s.rest == ""
}

func scanNumber(b []byte) (n int, done bool) {
	for ; n < len(b); n++ {
		switch c := b[n]; {
		case '0' <= c && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
		default:
			return n, true
		}
	}
	return n, false
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
