package ledger

import (
	"math"
	"slices"
	"strings"

	"purser/engine"
	"purser/engine/amount"
)

// Sources of lines that name none. Source: ledgers-and-services 4.4, 4.7.
const (
	Adjustments  = "adjustments"
	PerMinute    = "per-minute-voip"
	MobileData   = "mobile_data"
	Messages     = "im" // as Kazoo calls them
	Others       = "others"
	RolloverName = "rollovers" // of no line: see [View.Rollovers]
)

// notSources are the names that no line may have as its source: words of the
// REST face's paths, and what is of no entry. Source: ledgers-and-services 1.1,
// 4.2.
var notSources = []string{RolloverName, "available", "batch", "credit", "debit", "total", "summary",
	"summary_by_accounts"}

// IsSource tells whether a line may have that source.
func IsSource(name string) bool { return !slices.Contains(notSources, name) }

// Units that are called as the operator says; a book holds these names.
const (
	UnitCurrency = "*currency"
	UnitData     = "*data"
)

// Units are the operator's names of units.
type Units struct {
	Currency string // of money; "" is USD
	Data     string // of usage of *data, one of its units; "" is bytes
}

// Name returns how a unit is shown.
func (u Units) Name(unit string) string {
	switch {
	case unit == UnitCurrency && u.Currency != "":
		return u.Currency
	case unit == UnitCurrency:
		return "USD"
	case unit == UnitData && u.Data != "":
		return u.Data
	case unit == UnitData:
		return "bytes"
	}
	return unit
}

// adjusted returns the kind of a change by order.
func adjusted(as string) Kind { return Kind{Adjustments, as, UnitCurrency} }

// direction returns the kind of a change that is a credit or a debit.
func direction(money, units amount.Amount) Kind {
	if money.Sign() > 0 || money.IsZero() && units.Sign() > 0 {
		return adjusted("credit")
	}
	return adjusted("debit")
}

// usageKind returns the kind of usage of a type of record; "" is *voice.
func usageKind(tor string) Kind {
	switch tor {
	case engine.Voice, "":
		return Kind{PerMinute, "voice", "sec"}
	case engine.Data:
		return Kind{MobileData, "data", UnitData}
	case engine.SMS:
		return Kind{Messages, "sms", "message"}
	case engine.MMS:
		return Kind{Messages, "mms", "message"}
	}
	return Kind{Others, strings.TrimPrefix(tor, "*"), ""}
}

// nanosPerSecond is how many units of *voice are a second of usage.
const nanosPerSecond = 1_000_000_000

// quantity returns units as the kind counts them, a begun one as whole, at
// most the largest int64.
func quantity(tor string, units amount.Amount) int64 {
	unit := amount.FromInt(1)
	if tor == engine.Voice || tor == "" {
		unit = amount.FromInt(nanosPerSecond)
	}
	n := units.QuoFloor(unit)
	if n < math.MaxInt64 && amount.FromInt(n).Mul(unit).Cmp(units) < 0 {
		n++
	}
	return n
}
