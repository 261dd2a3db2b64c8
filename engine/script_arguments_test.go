package engine_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

// arguments are the words of a line: plain ones in order, and name=value, in
// any order, up to a lone / that begins another item.
type arguments struct {
	t     *testing.T
	words []string
	named map[string]string
	later []string // behind the /
}

func parseArguments(t *testing.T, line string) *arguments {
	a := &arguments{t: t, later: strings.Fields(line)}
	a.another()
	return a
}

// another goes on to what stands behind the /, if there is one.
func (a *arguments) another() bool {
	if len(a.later) == 0 {
		return false
	}
	a.allUsed("the item before the /")
	a.named = map[string]string{}
	for i, word := range a.later {
		if word == "/" {
			a.later = a.later[i+1:]
			return true
		}
		if name, value, ok := strings.Cut(word, "="); ok {
			a.named[name] = a.unquote(value)
		} else {
			a.words = append(a.words, a.unquote(word))
		}
	}
	a.later = nil
	return true
}

// unquote reads "a\tb", which writes what cannot stand in a line.
func (a *arguments) unquote(word string) string {
	if !strings.HasPrefix(word, `"`) {
		return word
	}
	text, err := strconv.Unquote(word)
	require.NoError(a.t, err)
	return text
}

// allUsed finds misspelt words: nothing in a script is ignored.
func (a *arguments) allUsed(line string) {
	require.Empty(a.t, a.words, "not understood in: %s", line)
	require.Empty(a.t, slices.Collect(maps.Keys(a.named)), "not understood in: %s", line)
}

func (a *arguments) next() string {
	require.NotEmpty(a.t, a.words, "a word is missing")
	word := a.words[0]
	a.words = a.words[1:]
	return word
}

func (a *arguments) rest() []string {
	words := a.words
	a.words = nil
	return words
}

// flag tells whether the last plain word is that one.
func (a *arguments) flag(word string) bool {
	i := slices.Index(a.words, word)
	if i >= 0 {
		a.words = slices.Delete(a.words, i, i+1)
	}
	return i >= 0
}

// optional returns the value of name=value, nil if it is not given.
func (a *arguments) optional(name string) *string {
	v, ok := a.named[name]
	if !ok {
		return nil
	}
	delete(a.named, name)
	return &v
}

func (a *arguments) text(name string) string {
	if v := a.optional(name); v != nil {
		return *v
	}
	return ""
}

func (a *arguments) yes(name string) *bool {
	v := a.optional(name)
	if v == nil {
		return nil
	}
	require.Contains(a.t, []string{"yes", "no"}, *v)
	return new(*v == "yes")
}

// names reads D1;!D2.
func (a *arguments) names(name string) *engine.Names {
	v := a.optional(name)
	if v == nil {
		return nil
	}
	var items []engine.Name
	for item := range strings.SplitSeq(*v, ";") {
		if plain, excluded := strings.CutPrefix(item, "!"); item != "" {
			items = append(items, engine.Name{ID: plain, Excluded: excluded})
		}
	}
	return new(engine.NewNames(items...))
}

func (a *arguments) numbers(name string) []int {
	var list []int
	for item := range strings.SplitSeq(a.text(name), ";") {
		if item == "" {
			continue
		}
		n, err := strconv.Atoi(item)
		require.NoError(a.t, err)
		list = append(list, n)
	}
	return list
}

func (a *arguments) account() engine.AccountID { return accountID(a.next()) }

// accountID reads ACCOUNT or TENANT:ACCOUNT.
func accountID(name string) engine.AccountID {
	if owner, account, ok := strings.Cut(name, ":"); ok {
		return engine.AccountID{Tenant: owner, Account: account}
	}
	return id(name)
}

func accountName(id engine.AccountID) string {
	if id.Tenant == tenant {
		return id.Account
	}
	return id.String()
}

// value reads a number, or a duration with its unit: 90s is 90000000000.
func value(text string) amount.Amount {
	if v, err := amount.Parse(text); err == nil {
		return v
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return amount.FromInt(int64(d))
}
