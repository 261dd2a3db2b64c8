package apier

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/ledger"
)

// lineFacts fills into f what a caller says of the ledger line that a change makes: members of ActionExtraData or
// ExtraFields, in any case of letters; of several spellings the last in the order of their bytes counts. What is no
// number where one is wanted, or no name that a source may have, says nothing: a change never fails for its record.
// Source: ledgers-and-services, section 4.7.
func lineFacts(f *engine.Facts, said map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(said)) {
		text := said[name]
		switch strings.ToLower(name) {
		case "sourceservice":
			if ledger.IsSource(text) {
				f.Source = text
			}
		case "sourceid":
			f.SourceID = text
		case "description":
			f.Description = text
		case "usagetype":
			f.UsageType = text
		case "usagequantity":
			if n := wholeNumber(text); n != nil && *n >= 0 {
				f.UsageQuantity = n
			}
		case "usageunit":
			f.UsageUnit = text
		case "periodstart":
			f.PeriodStart = wholeNumber(text)
		case "periodend":
			f.PeriodEnd = wholeNumber(text)
		}
	}
}

// wholeNumber reads 60, 6e1 and 60.0, nil for what is no whole number.
func wholeNumber(text string) *int64 {
	exact, err := amount.Parse(text)
	if err != nil {
		return nil
	}
	n, err := strconv.ParseInt(exact.String(), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}
