package tariffplan

import (
	"slices"
	"strings"
)

// Table is one of the tables of a plan.
type Table int

// The tables, in the order in which one refers to another: backwards only.
const (
	Destinations Table = iota
	Timings
	Rates
	DestinationRates
	RatingPlans
	RatingProfiles
	SharedGroups
	Actions
	ActionTriggers

	tableCount
)

// columnID is the column of the ID in every table but RatingProfiles.
const columnID = 0

// String returns the table's name, which is that of its file without .csv.
func (t Table) String() string { return layouts[t].name }

// Columns returns the names of the table's columns, in their order.
func (t Table) Columns() []string { return layouts[t].columns }

// layout says how a table is written. Source: cgrates-charging, sections 5 and 7.
type layout struct {
	name    string
	key     int // how many of the first columns say which thing a row belongs to
	columns []string
}

var layouts = [tableCount]layout{
	Destinations: {"Destinations", 1, []string{"Id", "Prefix"}},
	Timings:      {"Timings", 1, []string{"Id", "Years", "Months", "MonthDays", "WeekDays", "Time"}},
	Rates: {"Rates", 1, []string{"Id", "ConnectFee", "Rate", "RateUnit", "RateIncrement",
		"GroupIntervalStart"}},
	DestinationRates: {"DestinationRates", 1, []string{"Id", "DestinationId", "RatesTag", "RoundingMethod",
		"RoundingDecimals", "MaxCost", "MaxCostStrategy"}},
	RatingPlans: {"RatingPlans", 1, []string{"Id", "DestinationRatesId", "TimingTag", "Weight"}},
	RatingProfiles: {"RatingProfiles", 3, []string{"Tenant", "Category", "Subject", "ActivationTime",
		"RatingPlanId", "RatesFallbackSubject"}},
	SharedGroups: {"SharedGroups", 1, []string{"Id", "Account", "Strategy", "RatingSubject"}},
	Actions: {"Actions", 1, []string{"ActionsId", "Action", "ExtraParameters", "Filter", "BalanceId",
		"BalanceType", "Categories", "DestinationIds", "RatingSubject", "SharedGroup", "ExpiryTime", "TimingIds",
		"Units", "BalanceWeight", "BalanceBlocker", "BalanceDisabled", "Weight"}},
	ActionTriggers: {"ActionTriggers", 1, []string{"Id", "UniqueId", "ThresholdType", "ThresholdValue",
		"Recurrent", "MinSleep", "ExpiryTime", "ActivationTime", "BalanceId", "BalanceType", "BalanceCategories",
		"BalanceDestinationIds", "BalanceRatingSubject", "BalanceSharedGroup", "BalanceExpiryTime",
		"BalanceTimingIds", "BalanceWeight", "BalanceBlocker", "BalanceDisabled", "ActionsId", "Weight"}},
}

// tableOfFile returns the table that a file of this name holds.
func tableOfFile(name string) (Table, bool) {
	for t, l := range layouts {
		if l.name+".csv" == name {
			return Table(t), true
		}
	}
	return 0, false
}

// Row is one row of a table as it was written.
type Row struct {
	File  string   `cbor:"1,keyasint,omitempty"` // below the plan's folder; for a request its method
	Line  int      `cbor:"2,keyasint,omitempty"` // from 1; for a request the number of the item
	Cells []string `cbor:"3,keyasint"`           // without blanks around

	columns []int32 // byte of the line that each cell begins at, from 1; nil for a request
}

// key says which thing the row belongs to: its first cells.
func (r *Row) key(t Table) string {
	return strings.Join(r.Cells[:min(layouts[t].key, len(r.Cells))], keySeparator)
}

// keySeparator stands in no cell that is right.
const keySeparator = "\x00"

// Tables are the rows of a plan, by table, in the order they were written.
type Tables [tableCount][]Row

// Put replaces what t has of the things that rows describe (those with the
// same ID; of a profile, the same tenant, category and subject) by rows, as
// CGRateS's SetTP methods do.
func (t *Tables) Put(table Table, rows ...Row) {
	replaced := make(map[string]bool, len(rows))
	for i := range rows {
		replaced[rows[i].key(table)] = true
	}
	kept := slices.DeleteFunc(slices.Clone(t[table]), func(r Row) bool { return replaced[r.key(table)] })
	t[table] = append(kept, rows...)
}

// ForPlan returns the rows that the rating plan of this ID is made of, with its
// destinations, rates and timings; no rows where there is no such plan.
func (t *Tables) ForPlan(id string) *Tables {
	const destinationRatesID, timingTag = 1, 2 // of RatingPlans
	const destinationID, ratesTag = 1, 2       // of DestinationRates
	var part Tables
	part[RatingPlans] = t.having(RatingPlans, columnID, map[string]bool{id: true})
	part[DestinationRates] = t.having(DestinationRates, columnID, part.values(RatingPlans, destinationRatesID))
	part[Timings] = t.having(Timings, columnID, part.values(RatingPlans, timingTag))
	part[Rates] = t.having(Rates, columnID, part.values(DestinationRates, ratesTag))
	part[Destinations] = t.having(Destinations, columnID, part.values(DestinationRates, destinationID))
	return &part
}

// ForProfile returns the rows of one rating profile alone: its plans must have
// been loaded before.
func (t *Tables) ForProfile(tenant, category, subject string) *Tables {
	var part Tables
	wanted := strings.Join([]string{tenant, category, subject}, keySeparator)
	for _, r := range t[RatingProfiles] {
		if r.key(RatingProfiles) == wanted {
			part[RatingProfiles] = append(part[RatingProfiles], r)
		}
	}
	return &part
}

// having returns the rows whose cell in a column is one of wanted.
func (t *Tables) having(table Table, column int, wanted map[string]bool) []Row {
	var rows []Row
	for _, r := range t[table] {
		if column < len(r.Cells) && wanted[r.Cells[column]] {
			rows = append(rows, r)
		}
	}
	return rows
}

// values returns the cells of a column.
func (t *Tables) values(table Table, column int) map[string]bool {
	found := map[string]bool{}
	for _, r := range t[table] {
		if column < len(r.Cells) {
			found[r.Cells[column]] = true
		}
	}
	return found
}
