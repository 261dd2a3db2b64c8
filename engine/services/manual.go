package services

// ParseCounts reads manual quantities, {category: {item: n}} with whole numbers
// from 0 to [QuantityMax]. A category without items is none. An error is a
// [Problems].
func ParseCounts(data []byte, limits Limits) (Counts, error) {
	d, err := ParseDocument(data, limits)
	if err != nil {
		return nil, err
	}
	return readCounts(d)
}

// Patch returns c changed by an RFC 7396 patch: null removes an item or a whole
// category. An error is a [Problems], and speaks of the result.
func (c Counts) Patch(patch []byte, limits Limits) (Counts, error) {
	change, err := ParseDocument(patch, limits)
	if err != nil {
		return nil, err
	}
	next := Merge(c.document(), change)
	if err := limits.check(next); err != nil {
		return nil, err
	}
	return readCounts(next)
}

func readCounts(d Document) (Counts, error) {
	n := counted("", 0, Value{})
	category := &schema{kind: typeObject, others: &n, names: billedName}
	c := checker{nullIsGiven: true}
	c.check(place{}, Object(d), &schema{kind: typeObject, others: category, names: billedName})
	if err := c.problems.err(); err != nil {
		return nil, err
	}
	var counts Counts
	for _, category := range d {
		for _, item := range category.Value.members {
			n, _ := item.Value.Int() // checked above
			counts = append(counts, Count{category.Name, item.Name, n})
		}
	}
	return counts, nil
}
