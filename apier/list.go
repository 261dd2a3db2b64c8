package apier

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
)

// names is a set with sign in the arguments: text with ; between the items, or a JSON list of texts. An item that
// begins with ! is excluded. Source: cgrates-apier, section 7.2; lists are ours (there, 13 #16).
type names engine.Names

// zeroList alone is the empty set.
const zeroList = "*zero"

// UnmarshalJSONFrom reads text, a list of texts, or null, which is the empty set.
func (n *names) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	set, err := parseNames(v)
	if err != nil {
		return err
	}
	*n = set
	return nil
}

func parseNames(v jsontext.Value) (names, error) {
	switch v.Kind() {
	case jsontext.KindNull:
		return names{}, nil
	case jsontext.KindString:
		return splitNames(unquote(v)), nil
	case jsontext.KindBeginArray:
		var texts []string
		if err := decodeStrict(v, &texts); err != nil {
			return nil, fmt.Errorf("a list may hold text only")
		}
		return makeNames(texts), nil
	}
	return nil, fmt.Errorf("a list is text such as \"D1;!D2\", or a JSON list of text")
}

func splitNames(text string) names {
	if text == "" || strings.TrimSpace(text) == zeroList {
		return names{}
	}
	return makeNames(strings.Split(text, ";"))
}

func makeNames(texts []string) names {
	items := make([]engine.Name, 0, len(texts))
	for _, text := range texts {
		id, excluded := strings.CutPrefix(strings.TrimSpace(text), "!")
		if id != "" {
			items = append(items, engine.Name{ID: id, Excluded: excluded})
		}
	}
	return names(engine.NewNames(items...))
}
