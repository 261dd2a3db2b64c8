package services

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryKnownCategoryHasSchemasOfItsItems(t *testing.T) {
	e := Editable(DefaultCategories())
	require.Len(t, e, len(DefaultCategories()))
	for _, c := range DefaultCategories() {
		items := e.object(c.Name)
		require.Len(t, items, len(c.Items)+1)
		for _, name := range append([]string{wholeCategory}, c.Items...) {
			require.Equal(t, "number", items.text(name, "rate", "type"))
			require.Equal(t, name == wholeCategory, !items.Get(name, "as").IsZero(), "as is one of _all alone")
		}
	}
}

func TestASchemaSaysTypeDefaultAndBounds(t *testing.T) {
	user := Editable([]Category{{"users", []string{"user"}}}).object("users", "user")
	require.Equal(t, `{"default":0,"description":"price per billable unit","minimum":0,"type":"number"}`, jsonOf(t, user.Get("rate")))
	require.Equal(t, `{"default":1,"description":"billable quantities are rounded up to multiples of it",`+
		`"maximum":1000000000,"minimum":1,"type":"integer"}`, jsonOf(t, user.Get("step")))
	require.Equal(t, "string", user.text("exceptions", "items", "type"))
	require.Equal(t, "number", user.text("rates", "additionalProperties", "type"))
	require.Equal(t, "integer", user.text("discounts", "properties", "cumulative", "properties", "maximum", "type"))
}

func TestDefaultsOfTheTableAreThoseThatAreRead(t *testing.T) {
	var walk func(d Document, p properties) Document
	walk = func(d Document, p properties) Document {
		for _, one := range p {
			switch {
			case one.properties != nil:
				d = d.With(one.name, Object(walk(nil, one.properties)))
			case !one.fallback.IsZero():
				d = d.With(one.name, one.fallback)
			}
		}
		return d
	}
	defaults := walk(nil, itemSettings().properties)
	require.NotEmpty(t, defaults)
	without, with := readSettings(nil), readSettings(defaults)
	with.rates, with.flatRates, with.cumulative.rates = nil, nil, nil // empty
	require.Equal(t, without, with)
}
