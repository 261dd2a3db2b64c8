package apitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	uuidPattern = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	timePattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`)
	bindPattern = regexp.MustCompile(`\$bind:(\w+)`)
)

// textPatterns are the patterns that stand for any text of a form.
var textPatterns = map[string]*regexp.Regexp{
	"$time":  timePattern,
	"$uuid":  uuidPattern,
	"$hex32": regexp.MustCompile(`^[0-9a-f]{32}$`),
	"$entry": regexp.MustCompile(`^\d{6}-.`),
	"$str":   regexp.MustCompile(`.`),
}

// matcher compares what came with what a transcript wants, and remembers what names were bound to.
type matcher struct {
	bound     map[string]any
	unordered bool
	now       func() time.Time
}

// match returns where and why got is not what is wanted, "" when it is.
func (m *matcher) match(want, got any, path string) string {
	switch want := want.(type) {
	case string:
		if strings.HasPrefix(want, "$") {
			return m.matchPattern(want, got, path)
		}
	case json.Number:
		if number, ok := got.(json.Number); ok && sameNumber(want, number) {
			return ""
		}
		return differ(want, got, path)
	case map[string]any:
		return m.matchObject(want, got, path)
	case []any:
		return m.matchList(want, got, path)
	}
	if want == got || sameInstant(want, got) {
		return ""
	}
	return differ(want, got, path)
}

func differ(want, got any, path string) string {
	return fmt.Sprintf("%s: want %s, got %s", path, short(want), short(got))
}

func short(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	const most = 400
	return string(text[:min(len(text), most)])
}

func (m *matcher) matchPattern(want string, got any, path string) string {
	text, isText := got.(string)
	number, isNumber := got.(json.Number)
	kind, of, _ := strings.Cut(want, ":")
	seconds, isNow := strings.CutPrefix(want, "$now")
	fits := false
	switch {
	case want == "$any":
		fits = true
	case textPatterns[want] != nil:
		fits = isText && textPatterns[want].MatchString(text)
	case want == "$empty":
		fits = empty(got)
	case want == "$int", want == "$greg":
		n, err := number.Int64()
		fits = isNumber && err == nil && (want == "$int" || n > gregorian2000)
	case kind == "$dec":
		fits = isNumber && sameValue(of, number.String())
	case kind == "$re":
		found, err := regexp.MatchString("(?s)"+of, text)
		fits = isText && err == nil && found
	case isNow:
		fits = m.isNow(seconds, text)
	case kind == "$bind":
		return m.bind(of, got, path)
	}
	if fits {
		return ""
	}
	return differ(want, got, path)
}

// gregorian2000 is the beginning of the year 2000 in seconds since year 0.
const gregorian2000 = 63_113_904_000

// sameValue tells whether two decimals are exactly equal.
func sameValue(a, b string) bool {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	return okX && okY && x.Cmp(y) == 0
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func (m *matcher) isNow(plusSeconds, text string) bool {
	plus := 0.0
	if plusSeconds != "" {
		var err error
		if plus, err = strconv.ParseFloat(plusSeconds, 64); err != nil {
			return false
		}
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	return err == nil && math.Abs(t.Sub(m.now()).Seconds()-plus) <= 120
}

func (m *matcher) bind(name string, got any, path string) string {
	if have, ok := m.bound[name]; ok {
		if m.match(have, got, path) != "" {
			return fmt.Sprintf("%s: want %s (bound to %s), got %s", path, short(have), name, short(got))
		}
		return ""
	}
	if text, ok := got.(string); ok && uuidPattern.MatchString(text) {
		for other, have := range m.bound {
			if have == got {
				return fmt.Sprintf("%s: %s is that of %s, want another for %s", path, text, other, name)
			}
		}
	}
	m.bound[name] = got
	return ""
}

func (m *matcher) matchObject(want map[string]any, got any, path string) string {
	if list, ok := want["$contains"].([]any); ok {
		return m.matchSome(list, got, path)
	}
	if only, ok := want["$only"].(map[string]any); ok {
		want = maps.Clone(only)
		want["$exact"] = true
	}
	object, ok := got.(map[string]any)
	if !ok {
		return differ(want, got, path)
	}
	if want["$exact"] == true {
		for name := range object {
			if _, ok := want[name]; !ok {
				return fmt.Sprintf("%s.%s: not expected", path, name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, there := object[name]
		switch {
		case name == "$exact", !there && (want[name] == "$empty" || want[name] == "$absent"):
			continue
		case want[name] == "$absent":
			return fmt.Sprintf("%s.%s: must not be there, is %s", path, name, short(value))
		case !there:
			return fmt.Sprintf("%s.%s: missing", path, name)
		}
		if why := m.match(want[name], value, path+"."+name); why != "" {
			return why
		}
	}
	return ""
}

func (m *matcher) matchList(want []any, got any, path string) string {
	list, ok := got.([]any)
	if !ok || len(list) != len(want) {
		return differ(want, got, path)
	}
	if m.unordered {
		return m.matchAnyOrder(want, list, path)
	}
	for i := range want {
		if why := m.match(want[i], list[i], fmt.Sprintf("%s[%d]", path, i)); why != "" {
			return why
		}
	}
	return ""
}

// matchSome wants a list in which something matches each of the wanted items.
func (m *matcher) matchSome(want []any, got any, path string) string {
	list, ok := got.([]any)
	if !ok {
		return differ(want, got, path)
	}
	for _, item := range want {
		if !slices.ContainsFunc(list, func(got any) bool {
			try := &matcher{bound: maps.Clone(m.bound), unordered: m.unordered, now: m.now}
			return try.match(item, got, path) == ""
		}) {
			return fmt.Sprintf("%s: nothing matches %s in %s", path, short(item), short(got))
		}
	}
	return ""
}

// matchAnyOrder gives each wanted item the first of the others that it matches.
func (m *matcher) matchAnyOrder(want, list []any, path string) string {
	left := slices.Clone(list)
	for i := range want {
		found := slices.IndexFunc(left, func(got any) bool {
			try := &matcher{bound: maps.Clone(m.bound), unordered: true, now: m.now}
			if try.match(want[i], got, path) != "" {
				return false
			}
			m.bound = try.bound
			return true
		})
		if found < 0 {
			return fmt.Sprintf("%s[%d]: nothing matches %s in %s", path, i, short(want[i]), short(list))
		}
		left = slices.Delete(left, found, found+1)
	}
	return ""
}

// sameNumber compares whole numbers exactly and others within 1e-12 of each other.
func sameNumber(a, b json.Number) bool {
	x, okX := new(big.Rat).SetString(a.String())
	y, okY := new(big.Rat).SetString(b.String())
	if !okX || !okY {
		return false
	}
	if x.IsInt() && y.IsInt() {
		return x.Cmp(y) == 0
	}
	const tolerance = 1e-12
	f, _ := x.Float64()
	g, _ := y.Float64()
	return math.Abs(f-g) <= tolerance*max(1, math.Abs(f), math.Abs(g))
}

func sameInstant(a, b any) bool {
	textA, okA := a.(string)
	textB, okB := b.(string)
	if !okA || !okB {
		return false
	}
	timeA, errA := time.Parse(time.RFC3339Nano, textA)
	timeB, errB := time.Parse(time.RFC3339Nano, textB)
	return errA == nil && errB == nil && timeA.Equal(timeB)
}

// fill replaces $bind:NAME by what was bound, inside any text.
func (m *matcher) fill(text string) string {
	return bindPattern.ReplaceAllStringFunc(text, func(name string) string {
		return fmt.Sprint(m.bound[strings.TrimPrefix(name, "$bind:")])
	})
}
