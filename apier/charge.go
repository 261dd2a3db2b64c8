package apier

import (
	"time"

	"github.com/go-json-experiment/json"

	"purser/engine"
	"purser/engine/amount"
	"purser/rpcjson"
)

// callDescriptor is the argument of the Responder methods. Its usage is the time between TimeStart and TimeEnd, one
// nanosecond for one unit. Source: cgrates-charging, section 2.1.
type callDescriptor struct {
	scope
	Category    string
	Account     string // who pays; "" for the account that Subject names
	Subject     string // who is priced; "" for Account
	Destination string // as dialled
	ToR         string
	TimeStart   time.Time
	TimeEnd     time.Time

	DurationIndex       int64 // nanoseconds
	LoopIndex           *amount.Amount
	MaxCostSoFar        *amount.Amount
	MaxRate             *amount.Amount
	MaxRateUnit         int64 // nanoseconds
	ForceDuration       bool
	DenyNegativeAccount bool
	PerformRounding     bool
	DryRun              bool

	CgrID       string
	RunID       string
	ExtraFields map[string]string
	Direction   *string // a relic, echoed where it was sent
}

// factorField is the extra field that names the balance factor of the charge.
const factorField = "BalanceFactorID"

// complete fills in what is not given.
func (d *callDescriptor) complete() {
	if d.Subject == "" {
		d.Subject = d.Account
	}
	if d.Account == "" {
		d.Account = d.Subject
	}
}

// usage returns the units to be charged. A span longer than 292 years counts as the largest number, which no type of
// record allows.
func (d *callDescriptor) usage() int64 { return int64(d.TimeEnd.Sub(d.TimeStart)) }

// priced returns what is to be priced. A DurationIndex below the usage, also none, counts as the usage: the call begins
// with it. Source: cgrates-charging, section 2.1.
func (d *callDescriptor) priced() engine.Usage {
	d.complete()
	u := engine.Usage{
		Category: d.Category, Subject: d.Subject, Destination: d.Destination, ToR: d.ToR, Start: d.TimeStart,
		Units: d.usage(), Continued: d.LoopIndex != nil && !d.LoopIndex.IsZero(),
	}
	u.Position = max(0, d.DurationIndex-u.Units)
	if d.MaxCostSoFar != nil {
		u.Spent = *d.MaxCostSoFar
	}
	return u
}

// charge returns the charge that is asked for.
func (d *callDescriptor) charge() (*engine.Charge, error) {
	c := &engine.Charge{
		Usage: d.priced(), Account: d.account(d.Account), DenyNegative: d.DenyNegativeAccount,
		Rounding: d.PerformRounding, DryRun: d.DryRun || d.APIOpts.DryRun, MaxRateUnit: d.MaxRateUnit,
		Facts: engine.Facts{CgrID: d.CgrID, RunID: d.RunID},
	}
	if d.MaxRate != nil {
		c.MaxRate = *d.MaxRate
	}
	if len(d.ExtraFields) == 0 {
		return c, nil
	}
	c.Factor = d.ExtraFields[factorField]
	rest := make(map[string]string, len(d.ExtraFields))
	for name, text := range d.ExtraFields {
		if name != factorField {
			rest[name] = text
		}
	}
	var err error
	if len(rest) > 0 {
		lineFacts(&c.Facts, rest)
		c.Facts.Metadata, err = json.Marshal(rest, json.Deterministic(true))
	}
	return c, err
}

// debit charges the whole usage or nothing. Source: cgrates-charging, section 2.5.
type debit struct{ callDescriptor }

func (d *debit) change(*service) (engine.Change, error) { return d.charge() }

// maxDebit charges as much of the usage as can be paid.
type maxDebit struct{ callDescriptor }

func (d *maxDebit) change(*service) (engine.Change, error) {
	c, err := d.charge()
	c.Max, c.ForceDuration = true, d.ForceDuration
	return c, err
}

// getMaxSessionTime answers how many nanoseconds of the usage can be paid, -1 for an account that may go negative.
func (s *service) getMaxSessionTime(c *rpcjson.Call, args *callDescriptor) {
	s.defaultTenant(&args.scope)
	charge, err := args.charge()
	if err != nil {
		s.fail(c, err, nil)
		return
	}
	s.view(c, nil, func(st engine.State) (any, error) {
		return s.Engine.Rules().MaxSessionTime(st, engine.At(s.Engine.Now()), charge)
	})
}

// defaultCategory is that of GetCost alone. Source: cgrates-charging, section 2.1.
const defaultCategory = "call"

// getCost prices usage, without an account.
func (s *service) getCost(c *rpcjson.Call, args *callDescriptor) {
	s.defaultTenant(&args.scope)
	if args.Category == "" {
		args.Category = defaultCategory
	}
	usage := args.priced()
	s.view(c, nil, func(st engine.State) (any, error) {
		cost, err := s.Engine.Rules().Cost(st, args.Tenant, &usage)
		if err != nil {
			return nil, err
		}
		return callCost{req: args, tor: cost.ToR, charged: cost, quote: true}, nil
	})
}

// at returns the time that lies units behind the start, in the zone of the request.
func (d *callDescriptor) at(units int64) time.Time {
	return d.TimeStart.Add(time.Duration(units))
}
