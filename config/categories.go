package config

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Category is a category of service plans and its items, all by their names.
type Category struct {
	Name  string
	Items []string
}

// Categories are a setting: by rising name, each once. As text they are a list
// of category.item, or of category for one without items; in a file they may
// also be a map from categories to lists of items.
type Categories []Category

// categoryName is what categories and items may be called. Capital letters are
// out because the keys of a file lose them.
var categoryName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// Bounds of the answer that lists them: each item has a schema of about 2 kB.
const (
	categoriesMax    = 100
	categoryItemsMax = 500 // of all categories together
)

// parseCategories reads the text form. Names are looked at by validate.
func parseCategories(text string) Categories {
	items := map[string][]string{}
	for _, one := range splitList(text) {
		category, item, hasItem := strings.Cut(one, ".")
		known := items[category]
		if hasItem {
			known = append(known, item)
		}
		items[category] = known
	}
	var list Categories
	for _, name := range slices.Sorted(maps.Keys(items)) {
		list = append(list, Category{name, items[name]})
	}
	return list
}

// categoriesText turns the map of a file into the text form.
func categoriesText(categories map[string]any) (string, error) {
	wrong := errors.New("must be categories with lists of items, for example users: [user, admin]")
	var list []string
	for _, name := range slices.Sorted(maps.Keys(categories)) {
		items, ok := categories[name].([]any)
		if !ok && categories[name] != nil || strings.ContainsAny(name, ".,") {
			return "", wrong
		}
		list = append(list, name)
		for _, one := range items {
			item, ok := one.(string)
			if !ok || strings.Contains(item, ",") {
				return "", wrong
			}
			list = append(list, name+"."+item)
		}
	}
	return strings.Join(list, ","), nil
}

// yaml prints c as a YAML map.
func (c Categories) yaml() string {
	list := make([]string, len(c))
	for i, one := range c {
		list[i] = fmt.Sprintf("%q: %s", one.Name, yamlList(one.Items))
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// validate refuses names that cannot be shown or come twice, none and too many.
func (c Categories) validate(setting string) error {
	var errs []error
	count := 0
	for _, one := range c {
		count += len(one.Items)
		for i, item := range append([]string{one.Name}, one.Items...) {
			if !categoryName.MatchString(item) {
				errs = append(errs, invalid(setting, fmt.Sprintf("must have names of at most 64 small letters, digits, "+
					"_ and -, the first a letter or digit, not %q", item)))
			}
			if i > 0 && slices.Contains(one.Items[:i-1], item) {
				errs = append(errs, invalid(setting, fmt.Sprintf("must have %s.%s once", one.Name, item)))
			}
		}
	}
	if len(c) == 0 || len(c) > categoriesMax || count > categoryItemsMax {
		errs = append(errs, invalid(setting, fmt.Sprintf("must have 1 to %d categories, and at most %d items in all",
			categoriesMax, categoryItemsMax)))
	}
	return errors.Join(errs...)
}
