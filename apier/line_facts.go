package apier

import (
	"strconv"
	"strings"

	"purser/engine"
)

// lineFacts fills into f what a caller says of the ledger line that a change makes: members of ActionExtraData or
// ExtraFields, in any case of letters. What is no number where one is wanted says nothing: a change never fails for
// its record. Source: ledgers-and-services, section 4.7.
func lineFacts(f *engine.Facts, said map[string]string) {
	for name, text := range said {
		switch strings.ToLower(name) {
		case "sourceservice":
			f.Source = text
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

func wholeNumber(text string) *int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}
