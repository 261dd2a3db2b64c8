package main

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lineBytesMax bounds one line of the console.
const lineBytesMax = 1 << 20

// word is one value as it was written: JSON, or a bare word whose meaning
// depends on the argument it is for.
type word struct {
	json jsontext.Value // nil: bare
	bare string
}

// pair is one Name=value of a line.
type pair struct {
	name  string
	value word
}

// line is a parsed line of the console.
type line struct {
	command string
	item    string // what stands behind the command when it is no Name=value
	pairs   []pair
}

// parseLine reads a line as cgr-console does, and forgives what that does not:
//
//	command Name=value Name = value, ...
//
// A value is JSON text in double quotes, a list, an object, text in single
// quotes, or a bare word. `\*` is `*`: the documents print it so.
// An empty line, or one that starts with #, has no command.
func parseLine(input string) (line, error) {
	if len(input) > lineBytesMax {
		return line{}, usageErrorf("a line of more than %d bytes", lineBytesMax)
	}
	s := &scanner{rest: input}
	s.skip(blanks)
	if strings.HasPrefix(s.rest, "#") {
		return line{}, nil
	}
	parsed := line{command: s.until(blanks)}
	seen := map[string]bool{}
	for {
		s.skip(blanks + ",")
		if s.rest == "" {
			return parsed, nil
		}
		name := s.until(blanks + ",=")
		s.skip(blanks)
		if !strings.HasPrefix(s.rest, "=") {
			if len(parsed.pairs) == 0 && parsed.item == "" && s.rest == "" {
				parsed.item = name
				return parsed, nil
			}
			return line{}, usageErrorf("%s: %q is not Name=value", parsed.command, name)
		}
		value, err := s.value()
		if err != nil {
			return line{}, usageErrorf("%s: %s: %v", parsed.command, name, err)
		}
		key := strings.ToLower(name)
		if name == "" || seen[key] {
			return line{}, usageErrorf("%s: argument %q is given twice or has no name", parsed.command, name)
		}
		seen[key] = true
		parsed.pairs = append(parsed.pairs, pair{name, value})
	}
}

// blanks are what separates words.
const blanks = " \t\r\n"

// scanner walks over a line.
type scanner struct{ rest string }

// skip drops leading bytes of set.
func (s *scanner) skip(set string) { s.rest = strings.TrimLeft(s.rest, set) }

// until takes the bytes before the first one of set.
func (s *scanner) until(set string) string {
	end := strings.IndexAny(s.rest, set)
	if end < 0 {
		end = len(s.rest)
	}
	taken := s.rest[:end]
	s.rest = s.rest[end:]
	return taken
}

// value takes an = and the value behind it. In `Value= Account=1003` it is
// missing: nobody means the account to be the value.
func (s *scanner) value() (word, error) {
	s.rest = s.rest[1:]
	tight := s.rest
	s.skip(blanks)
	switch {
	case s.rest == "" || s.rest[0] == ',' || (s.rest != tight && namesArgument(s.rest)):
		return word{}, fmt.Errorf("the value is missing")
	case s.rest[0] == '\'':
		return s.singleQuoted()
	case strings.IndexByte(`"[{`, s.rest[0]) >= 0:
		return s.jsonValue()
	default:
		return word{bare: s.bare()}, nil
	}
}

// singleQuoted takes text in single quotes, in which a backslash makes the
// next character a plain one.
func (s *scanner) singleQuoted() (word, error) {
	var content strings.Builder
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '\'':
			s.rest = s.rest[i+1:]
			value, err := quoteText(content.String())
			return word{json: value}, err
		case c == '\\' && i+1 < len(s.rest):
			i++
			content.WriteByte(s.rest[i])
		default:
			content.WriteByte(c)
		}
	}
	return word{}, fmt.Errorf("the closing ' is missing")
}

// jsonValue takes a JSON text, list or object up to its own end.
func (s *scanner) jsonValue() (word, error) {
	var content strings.Builder
	depth, inText := 0, false
	for i := 0; i < len(s.rest); i++ {
		c := s.rest[i]
		switch {
		case inText && c == '\\' && i+1 < len(s.rest):
			i++
			if s.rest[i] != '*' {
				content.WriteByte(c)
			}
			c = s.rest[i]
		case c == '"':
			inText = !inText
		case inText:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		}
		content.WriteByte(c)
		if depth == 0 && !inText {
			s.rest = s.rest[i+1:]
			value := jsontext.Value(content.String())
			if !value.IsValid() {
				return word{}, fmt.Errorf("%s is not JSON (in a shell, put the whole command in single quotes)", value)
			}
			return word{json: value}, nil
		}
	}
	return word{}, fmt.Errorf("the closing quote or bracket is missing")
}

// bare takes a word without quotes. A comma ends it only where the next
// argument may begin: before a blank, before Name=, and at the end.
func (s *scanner) bare() string {
	end := 0
	for end < len(s.rest) && strings.IndexByte(blanks, s.rest[end]) < 0 {
		if s.rest[end] == ',' && endsArgument(s.rest[end+1:]) {
			break
		}
		end++
	}
	taken := s.rest[:end]
	s.rest = s.rest[end:]
	return strings.ReplaceAll(taken, `\*`, `*`)
}

// endsArgument says that the comma before rest is no part of a value.
func endsArgument(rest string) bool {
	return rest == "" || strings.IndexByte(blanks+",", rest[0]) >= 0 || namesArgument(rest)
}

// namesArgument says that rest begins with Name=.
func namesArgument(rest string) bool {
	end := strings.IndexFunc(rest, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
	})
	return end > 0 && rest[end] == '='
}

// quoteText is text as JSON.
func quoteText(content string) (jsontext.Value, error) {
	value, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("the text is not UTF-8")
	}
	return value, nil
}
