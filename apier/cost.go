package apier

import (
	"slices"
	"strconv"
	"time"

	"purser/engine"
	"purser/engine/amount"
	"purser/rpcjson"
)

// costArgs are the argument of APIerSv1.GetCost. Source: cgrates-charging, section 2.6.
type costArgs struct {
	scope
	Category    string
	Subject     string
	AnswerTime  string // as times in events are: RFC 3339, unix seconds, *now, +1h; "" is the year 1
	Destination string
	Usage       string // 90s, or a number of nanoseconds
}

// getEventCost prices a call, always as voice.
func (s *service) getEventCost(c *rpcjson.Call, args *costArgs) {
	s.defaultTenant(&args.scope)
	usage := engine.Usage{Category: given(args.Category, defaultCategory), Subject: args.Subject,
		Destination: args.Destination, ToR: engine.Voice}
	var err error
	if usage.Start, err = parseEventTime(args.AnswerTime, s.Engine.Now()); err == nil {
		usage.Units, err = parseUsage(args.Usage)
	}
	if err != nil {
		s.fail(c, err, nil)
		return
	}
	s.view(c, costExceptions, func(st engine.State) (any, error) {
		cost, err := s.Engine.Rules().Cost(st, args.Tenant, &usage)
		if err != nil {
			return nil, err
		}
		return newEventCost(&usage, cost), nil
	})
}

// costExceptions: APIerSv1 reports refusals of prices as faults of the server. Source: cgrates-charging, section 2.3.
var costExceptions = func() exceptions {
	x := exceptions{}
	for _, code := range []engine.Code{engine.CodeNoRatingPlan, engine.CodeNoPrice, engine.CodePriceGap,
		engine.CodeMaxUsage, engine.CodeAccountNotFound, engine.CodeAccountDisabled, engine.CodeBlocker,
		engine.CodeInsufficientCredit} {
		x[code] = textServerError + ": " + wireError(wireText[code])
	}
	return x
}()

// eventCost is the answer of APIerSv1.GetCost. CGRateS keeps prices in maps under random keys; here the keys count.
type eventCost struct {
	CGRID          string
	RunID          string
	StartTime      time.Time
	Usage          int64 // nanoseconds
	Cost           amount.Amount
	Charges        []eventCharge
	AccountSummary *struct{}
	Rating         map[string]eventRating
	Accounting     map[string]struct{}
	RatingFilters  map[string]eventFilter
	Rates          map[string][]eventSlot
	Timings        map[string]eventTiming
}

type eventCharge struct {
	RatingID       string
	Increments     []eventIncrement
	CompressFactor int
}

type eventIncrement struct {
	Usage          int64
	Cost           amount.Amount
	AccountingID   string
	CompressFactor int64
}

type eventRating struct {
	ConnectFee       amount.Amount
	RoundingMethod   string
	RoundingDecimals int
	MaxCost          amount.Amount
	MaxCostStrategy  string
	TimingID         string
	RatesID          string
	RatingFiltersID  string
}

type eventFilter struct {
	Subject           string
	DestinationPrefix string
	DestinationID     string
	RatingPlanID      string
}

type eventSlot struct {
	GroupIntervalStart int64
	Value              amount.Amount
	RateIncrement      int64
	RateUnit           int64
}

// eventTiming is when a price begins to hold: CGRateS's ChargedTiming.
type eventTiming struct {
	Years     []int
	Months    []int
	MonthDays []int
	WeekDays  []int
	StartTime string
}

func newEventCost(u *engine.Usage, c *engine.Charged) *eventCost {
	e := &eventCost{
		StartTime: u.Start, Usage: c.Usage, Cost: c.Cost, Charges: []eventCharge{},
		Rating: map[string]eventRating{}, Accounting: map[string]struct{}{}, RatingFilters: map[string]eventFilter{},
		Rates: map[string][]eventSlot{}, Timings: map[string]eventTiming{},
	}
	for i := range c.Spans {
		span := &c.Spans[i]
		charge := eventCharge{RatingID: e.rating(span), CompressFactor: 1}
		for _, n := range span.Increments {
			charge.Increments = append(charge.Increments,
				eventIncrement{Usage: n.Length, Cost: n.Cost, CompressFactor: n.Count})
		}
		e.Charges = append(e.Charges, charge)
	}
	return e
}

// rating notes the price of a span and returns its key, which is made of the plan, what matched, and the rate.
func (e *eventCost) rating(s *engine.Span) string {
	p := s.Price
	filter := p.PlanID + "/" + s.Prefix
	id := filter + "/" + p.Rate.ID
	e.RatingFilters[filter] = eventFilter{Subject: p.Subject, DestinationPrefix: s.Prefix, DestinationID: s.DestID,
		RatingPlanID: p.PlanID}
	e.Rating[id] = eventRating{
		ConnectFee: p.Rate.ConnectFee, RoundingMethod: p.Row.RoundingMethod, RoundingDecimals: p.Row.RoundingDecimals,
		MaxCost: p.Row.MaxCost, MaxCostStrategy: p.Row.MaxCostStrategy, RatesID: p.Rate.ID, RatingFiltersID: filter,
	}
	if g := p.Timing; g != nil {
		r := e.Rating[id]
		r.TimingID = g.ID
		e.Rating[id] = r
		e.Timings[g.ID] = eventTiming{g.Years, g.Months, g.MonthDays, g.WeekDays, g.Start}
	}
	if _, there := e.Rates[p.Rate.ID]; !there {
		e.Rates[p.Rate.ID] = slots(p.Rate)
	}
	return id
}

// dataCostArgs are the argument of APIerSv1.GetDataCost. Source: cgrates-charging, section 2.6.
type dataCostArgs struct {
	scope
	Category   string
	Subject    string
	AnswerTime string
	Usage      int64 // bytes
}

// getDataCost prices data.
func (s *service) getDataCost(c *rpcjson.Call, args *dataCostArgs) {
	s.defaultTenant(&args.scope)
	usage := engine.Usage{Category: args.Category, Subject: args.Subject, ToR: engine.Data, Units: args.Usage}
	var err error
	if usage.Start, err = parseEventTime(args.AnswerTime, s.Engine.Now()); err != nil {
		s.fail(c, err, nil)
		return
	}
	s.view(c, costExceptions, func(st engine.State) (any, error) {
		cost, err := s.Engine.Rules().Cost(st, args.Tenant, &usage)
		if err != nil {
			return nil, err
		}
		return newDataCost(args.Tenant, &usage, cost), nil
	})
}

// dataCost is the answer of APIerSv1.GetDataCost.
type dataCost struct {
	Category, Tenant, Subject, Account, Destination, ToR string

	Cost      amount.Amount
	DataSpans []dataSpan
}

type dataSpan struct {
	DataStart, DataEnd                                         int64
	Cost                                                       amount.Amount
	DataIndex                                                  int64
	Increments                                                 []dataIncrement
	MatchedSubject, MatchedPrefix, MatchedDestId, RatingPlanId string //nolint:revive // names on the wire
}

type dataIncrement struct {
	Amount         int64
	Cost           amount.Amount
	BalanceInfo    *struct{}
	CompressFactor int64
}

func newDataCost(tenant string, u *engine.Usage, c *engine.Charged) *dataCost {
	d := &dataCost{Category: u.Category, Tenant: tenant, Subject: u.Subject, Destination: u.Destination, ToR: engine.Data,
		Cost: c.Cost, DataSpans: []dataSpan{}}
	for i := range c.Spans {
		s := &c.Spans[i]
		span := dataSpan{DataStart: s.Start, DataEnd: s.Start + s.Length, Cost: s.Cost, DataIndex: s.Position + s.Length,
			MatchedSubject: s.Price.Subject, MatchedPrefix: s.Prefix, MatchedDestId: s.DestID, RatingPlanId: s.Price.PlanID}
		for _, n := range s.Increments {
			span.Increments = append(span.Increments, dataIncrement{Amount: n.Length, Cost: n.Cost, CompressFactor: n.Count})
		}
		d.DataSpans = append(d.DataSpans, span)
	}
	return d
}

// usageRecord is the argument of DebitUsage and GetMaxUsage: usage as an event, its times and durations as text.
// Source: cgrates-charging, section 2.6; cgrates-apier, section 9.
type usageRecord struct {
	scope
	ToR         string
	Category    string
	Account     string
	Subject     string
	Destination string
	SetupTime   string
	AnswerTime  string
	Usage       string
	ExtraFields map[string]string
}

// charge returns the charge that the record asks for.
func (u *usageRecord) charge(s *service) (*engine.Charge, error) {
	if err := missing("Account", u.Account, "Destination", u.Destination, "Usage", u.Usage); err != nil {
		return nil, err
	}
	start := u.AnswerTime
	if start == "" {
		start = u.SetupTime
	}
	if start == "" {
		start = "*now"
	}
	d := callDescriptor{scope: u.scope, Category: given(u.Category, defaultCategory), Account: u.Account,
		Subject: u.Subject, Destination: u.Destination, ToR: given(u.ToR, engine.Voice), ExtraFields: u.ExtraFields}
	var err error
	if d.TimeStart, err = parseEventTime(start, s.Engine.Now()); err != nil {
		return nil, err
	}
	units, err := parseUsage(u.Usage)
	if err != nil {
		return nil, err
	}
	d.TimeEnd = d.TimeStart.Add(time.Duration(units))
	return d.charge()
}

// debitUsage charges a usage record and answers OK.
type debitUsage struct{ usageRecord }

func (u *debitUsage) change(s *service) (engine.Change, error) { return u.charge(s) }

// debitUsageWithOptions is debitUsage that may keep the account from going below zero. The record's tenant and options
// count as those beside it do: a dry run charges nothing and a key is one, wherever the client wrote it.
type debitUsageWithOptions struct {
	scope
	UsageRecord          *usageRecord
	AllowNegativeAccount bool
}

func (u *debitUsageWithOptions) change(s *service) (engine.Change, error) {
	if u.UsageRecord == nil {
		return nil, engine.Missing("UsageRecord")
	}
	r := *u.UsageRecord
	u.within(&r.scope)
	c, err := r.charge(s)
	if c != nil {
		c.DenyNegative = !u.AllowNegativeAccount
	}
	return c, err
}

// within makes of the record's scope and the one beside it one scope for both; the record's tenant and the key beside
// it win.
func (u *debitUsageWithOptions) within(record *scope) {
	if record.Tenant != "" {
		u.Tenant = record.Tenant
	}
	if u.APIOpts.Key == "" {
		u.APIOpts.Key = record.APIOpts.Key
	}
	u.APIOpts.DryRun = u.APIOpts.DryRun || record.APIOpts.DryRun
	*record = u.scope
}

// getMaxUsage answers how many units of the record's usage the account can pay, as GetMaxSessionTime does. Without
// Usage it asks for as much as one charge of the record's type may have.
func (s *service) getMaxUsage(c *rpcjson.Call, args *usageRecord) {
	s.defaultTenant(&args.scope)
	if args.Usage == "" {
		args.Usage = strconv.FormatInt(s.Engine.Rules().MostUsage(given(args.ToR, engine.Voice)), 10)
	}
	charge, err := args.charge(s)
	if err != nil {
		s.fail(c, err, nil)
		return
	}
	s.view(c, costExceptions, func(st engine.State) (any, error) {
		return s.Engine.Rules().MaxSessionTime(st, engine.At(s.Engine.Now()), charge)
	})
}

// onAccountsArgs are the argument of GetMaxSessionTimeOnAccounts. Source: cgrates-charging, section 2.
type onAccountsArgs struct {
	scope
	AccountIDs  []string
	Subject     string
	Destination string
	SetupTime   time.Time
	Usage       int64 // nanoseconds
}

// accountUsage is its answer.
type accountUsage struct {
	MaxUsage int64
	Cost     amount.Amount
	Account  string
}

// accountsMax bounds the accounts of one GetMaxSessionTimeOnAccounts.
const accountsMax = 100

// routesCategory is the category of GetMaxSessionTimeOnAccounts.
const routesCategory = "*routes"

// getMaxSessionTimeOnAccounts answers for the first of the accounts that can be asked without an error.
func (s *service) getMaxSessionTimeOnAccounts(c *rpcjson.Call, args *onAccountsArgs) {
	s.defaultTenant(&args.scope)
	if len(args.AccountIDs) == 0 || len(args.AccountIDs) > accountsMax {
		s.fail(c, invalid("AccountIDs", "%d names, want 1 to %d", len(args.AccountIDs), accountsMax), nil)
		return
	}
	usage := engine.Usage{Category: routesCategory, Subject: args.Subject, Destination: args.Destination,
		ToR: engine.Voice, Start: args.SetupTime, Units: args.Usage}
	s.view(c, nil, func(st engine.State) (any, error) {
		var last error
		rules, now := s.Engine.Rules(), engine.At(s.Engine.Now())
		for _, name := range slices.Compact(args.AccountIDs) {
			u := usage
			if u.Subject == "" {
				u.Subject = name
			}
			most, err := rules.MaxSessionTime(st, now, &engine.Charge{Usage: u, Account: args.account(name)})
			if engine.CodeOf(err) == engine.CodeInternal && err != nil {
				return nil, err
			}
			var cost *engine.Charged
			if err == nil {
				cost, err = rules.Cost(st, args.Tenant, &u)
			}
			if err == nil {
				return accountUsage{MaxUsage: most, Cost: cost.Cost, Account: name}, nil
			}
			last = err
		}
		return nil, last
	})
}
