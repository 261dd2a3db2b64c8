package crossbar

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// base is what every path of the API begins with.
const base = "/v2"

// segmentsMax bounds the segments of a path; no route has as many.
const segmentsMax = 16

// splitPath takes the encoded path of a request apart below base: it is split before it is decoded, so that a segment
// may hold a slash (tower%2Fsupport). A slash at the end is ignored. What no route can have is not ok: empty segments,
// dots that climb, a zero byte, bytes that are no UTF-8. Source: ledgers-and-services, sections 1.1 and 11.
func splitPath(escaped string) (segments []string, ok bool) {
	rest, ok := strings.CutPrefix(escaped, base+"/")
	if !ok {
		return nil, false
	}
	segments = strings.SplitN(strings.TrimSuffix(rest, "/"), "/", segmentsMax)
	for i, s := range segments {
		decoded, err := url.PathUnescape(s)
		if err != nil || decoded == "" || decoded == "." || decoded == ".." || strings.ContainsRune(s, '/') ||
			strings.ContainsRune(decoded, 0) || !utf8.ValidString(decoded) {
			return nil, false
		}
		segments[i] = decoded
	}
	return segments, true
}

// place is a node in the tree of paths that routes have.
type place struct {
	words    map[string]*place
	variable *place
	name     string            // of the variable that leads here
	routes   map[string]*route // by verb
}

func newPlaces(table []route) *place {
	root := &place{}
	for i := range table {
		root.add(&table[i])
	}
	return root
}

// add enters a route. A table with a verb twice at one place is a mistake in this package.
func (p *place) add(r *route) {
	for segment := range strings.SplitSeq(strings.TrimPrefix(r.path, "/"), "/") {
		p = p.below(segment)
	}
	if p.routes == nil {
		p.routes = map[string]*route{}
	}
	p.routes[r.verb] = r
}

// below returns the place that a segment of a template leads to, made where it is not there yet.
func (p *place) below(segment string) *place {
	name, isVariable := variableName(segment)
	if isVariable {
		if p.variable == nil {
			p.variable = &place{name: name}
		}
		return p.variable
	}
	if p.words == nil {
		p.words = map[string]*place{}
	}
	if p.words[segment] == nil {
		p.words[segment] = &place{}
	}
	return p.words[segment]
}

// variableName tells whether a segment of a template is a variable, "{NAME}".
func variableName(segment string) (name string, ok bool) {
	return strings.CutSuffix(strings.TrimPrefix(segment, "{"), "}")
}

// find returns the place of a path and its variables, nil when no route has it. A fixed word wins over a variable,
// also where it leads nowhere.
func (p *place) find(segments []string) (*place, map[string]string) {
	vars := map[string]string{}
	for _, s := range segments {
		if next := p.words[s]; next != nil {
			p = next
		} else if p.variable != nil {
			p = p.variable
			vars[p.name] = s
		} else {
			return nil, nil
		}
	}
	if p.routes == nil {
		return nil, nil
	}
	return p, vars
}

// verbs returns what may be done at p, sorted.
func (p *place) verbs() []string {
	list := []string{"OPTIONS"}
	for verb := range p.routes {
		list = append(list, verb)
		if verb == "GET" {
			list = append(list, "HEAD")
		}
	}
	slices.Sort(list)
	return list
}
