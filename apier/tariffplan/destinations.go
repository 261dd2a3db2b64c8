package tariffplan

import "slices"

// destinations compiles Destinations: a row for each prefix.
func (c *compiler) destinations() []Destination {
	const prefixColumn = 1
	type row struct{ id, prefix string }
	prefixes := map[string][]string{}
	seen := make(map[row]*Row, len(c.tables[Destinations]))
	for r := range c.rows(Destinations) {
		id, ok := c.cell(Destinations, r, columnID).ownName()
		if !ok {
			continue
		}
		prefix, ok := c.cell(Destinations, r, prefixColumn).name()
		if !ok || !unseen(c, seen, row{id, prefix}, Destinations, r, prefixColumn, "the prefix") {
			continue
		}
		prefixes[id] = append(prefixes[id], prefix)
	}
	return sorted(prefixes, func(id string, list []string) Destination {
		slices.Sort(list)
		return Destination{ID: id, Prefixes: list}
	})
}
