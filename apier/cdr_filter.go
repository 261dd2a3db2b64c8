package apier

import (
	"slices"
	"strings"
	"time"

	"purser/engine"
	"purser/engine/amount"
)

// cdrsArgs select records of changes of balances, as CGRateS' RPCCDRsFilter does. A list that is empty, and a text
// that is "", select all. Source: clients, section 1.3.
type cdrsArgs struct {
	CGRIDs, NotCGRIDs                           []string
	RunIDs, NotRunIDs                           []string
	OriginIDs, NotOriginIDs                     []string
	OriginHosts, NotOriginHosts                 []string
	Sources, NotSources                         []string
	ToRs, NotToRs                               []string
	RequestTypes, NotRequestTypes               []string
	Tenants, NotTenants                         []string
	Categories, NotCategories                   []string
	Accounts, NotAccounts                       []string
	Subjects, NotSubjects                       []string
	DestinationPrefixes, NotDestinationPrefixes []string
	Costs, NotCosts                             []amount.Amount
	ExtraFields, NotExtraFields                 map[string]string // *exists stands for any value
	SetupTimeStart, SetupTimeEnd                string            // the first, and the first behind the last
	AnswerTimeStart, AnswerTimeEnd              string
	CreatedAtStart, CreatedAtEnd                string
	UpdatedAtStart, UpdatedAtEnd                string
	MinUsage, MaxUsage                          string // the least, and the least of those that are too much
	OrderBy                                     string // all of orders have the records in the order of the journal
	ExtraArgs                                   struct {
		OrderIDStart, OrderIDEnd uint64 // the first, and the first behind the last; 0 is none
		MinCost, MaxCost         *amount.Amount
	}
	Limit  int // records; a journal entry's are not torn apart. 0, or more than an answer may hold: as many
	Offset int // records that are left out at the beginning
}

// cdrOrders are the orders that are those of the journal: time never goes back along it.
var cdrOrders = []string{"", "OrderID", "SetupTime", "AnswerTime", "CreatedAt", "UpdatedAt"}

// anyValue stands for any value of an extra field.
const anyValue = "*exists"

// cdrFilter is cdrsArgs with their texts read.
type cdrFilter struct {
	*cdrsArgs
	from, to           time.Time // zero for none
	minUsage, maxUsage *int64
}

// filter reads the texts. A change is set up, answered, created and updated at one time, its entry's.
func (a *cdrsArgs) filter(now time.Time) (*cdrFilter, error) {
	if !slices.Contains(cdrOrders, a.OrderBy) {
		return nil, invalid("OrderBy", "want OrderID")
	}
	f := &cdrFilter{cdrsArgs: a}
	for _, text := range []string{a.SetupTimeStart, a.AnswerTimeStart, a.CreatedAtStart, a.UpdatedAtStart} {
		at, err := parseEventTime(text, now)
		if err != nil {
			return nil, err
		}
		if at.After(f.from) {
			f.from = at
		}
	}
	for _, text := range []string{a.SetupTimeEnd, a.AnswerTimeEnd, a.CreatedAtEnd, a.UpdatedAtEnd} {
		at, err := parseEventTime(text, now)
		if err != nil {
			return nil, err
		}
		if !at.IsZero() && (f.to.IsZero() || at.Before(f.to)) {
			f.to = at
		}
	}
	var err error
	if f.minUsage, err = usageBound(a.MinUsage); err == nil {
		f.maxUsage, err = usageBound(a.MaxUsage)
	}
	return f, err
}

// usageBound reads a bound of usage, nil for none.
func usageBound(text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	n, err := parseUsage(text)
	return &n, err
}

// passes tells whether a record of an entry is asked for.
func (f *cdrFilter) passes(row *cdr, e *engine.Entry) bool {
	usage := int64(1)
	if e.Op == engine.OpCharge {
		usage = e.Facts.Usage
	}
	more := f.ExtraArgs
	return f.passesTexts(row) && f.passesFields(row.ExtraFields) &&
		(len(f.Costs) == 0 || hasCost(f.Costs, row)) && !hasCost(f.NotCosts, row) &&
		!row.SetupTime.Before(f.from) && (f.to.IsZero() || row.SetupTime.Before(f.to)) &&
		(f.minUsage == nil || usage >= *f.minUsage) && (f.maxUsage == nil || usage < *f.maxUsage) &&
		(more.MinCost == nil || row.Cost.Cmp(*more.MinCost) >= 0) &&
		(more.MaxCost == nil || row.Cost.Cmp(*more.MaxCost) < 0)
}

func (f *cdrFilter) passesTexts(row *cdr) bool {
	for _, list := range [...]struct {
		in, out []string
		text    string
	}{
		{f.Tenants, f.NotTenants, row.Tenant},
		{f.Accounts, f.NotAccounts, row.Account},
		{f.CGRIDs, f.NotCGRIDs, row.CGRID},
		{f.RunIDs, f.NotRunIDs, row.RunID},
		{f.OriginIDs, f.NotOriginIDs, row.OriginID},
		{f.OriginHosts, f.NotOriginHosts, row.OriginHost},
		{f.Sources, f.NotSources, row.Source},
		{f.ToRs, f.NotToRs, row.ToR},
		{f.RequestTypes, f.NotRequestTypes, row.RequestType},
		{f.Categories, f.NotCategories, row.Category},
		{f.Subjects, f.NotSubjects, row.Subject},
	} {
		if len(list.in) > 0 && !slices.Contains(list.in, list.text) || slices.Contains(list.out, list.text) {
			return false
		}
	}
	leads := func(prefix string) bool { return strings.HasPrefix(row.Destination, prefix) }
	return (len(f.DestinationPrefixes) == 0 || slices.ContainsFunc(f.DestinationPrefixes, leads)) &&
		!slices.ContainsFunc(f.NotDestinationPrefixes, leads)
}

// passesFields tells whether a record has each of ExtraFields and none of NotExtraFields.
func (f *cdrFilter) passesFields(fields map[string]string) bool {
	has := func(name, want string) bool {
		text, ok := fields[name]
		return ok && (want == anyValue || text == want)
	}
	for name, want := range f.ExtraFields {
		if !has(name, want) {
			return false
		}
	}
	for name, want := range f.NotExtraFields {
		if has(name, want) {
			return false
		}
	}
	return true
}

func hasCost(list []amount.Amount, row *cdr) bool {
	return slices.ContainsFunc(list, func(n amount.Amount) bool { return n.Cmp(row.Cost) == 0 })
}
