package engine

import (
	"time"

	"purser/engine/amount"
	"purser/engine/rating"
)

// Charge takes usage from an account: Responder.Debit, and with Max
// Responder.MaxDebit. Source: cgrates-charging, sections 2 and 3.
type Charge struct {
	Usage
	Account AccountID // who pays
	Factor  string    // name of the balance factor that applies

	Max           bool // charge at most what can be paid
	ForceDuration bool // with Max: all or CodeInsufficientCredit
	DenyNegative  bool // what no balance covers is not charged
	Rounding      bool // round the cost as the price says, and charge that
	DryRun        bool // compute and keep nothing

	// MaxRate ends a Max charge before the first price above MaxRate for
	// MaxRateUnit units; it counts where both are above 0.
	MaxRate     amount.Amount
	MaxRateUnit int64

	Facts Facts
}

// Usage is what is charged or priced.
type Usage struct {
	Category    string
	Subject     string    // who is priced
	Destination string    // as dialled
	ToR         string    // "" is *voice where there is usage
	Start       time.Time // in the zone of the request: timings go by its wall clock
	Units       int64     // 0 charges nothing and shows the account

	// A call charged in parts: Continued says that this is not the first one
	// (no connect fee), Position how many units went before it, and Spent what
	// they cost, for a cap.
	Continued bool
	Position  int64
	Spent     amount.Amount
}

func (c *Charge) decide(d *decision) error {
	d.entry.Op = OpCharge
	a, err := c.open(d)
	if err != nil {
		return err
	}
	run := newCharging(d, a, c)
	if err := run.charge(); err != nil {
		return err
	}
	switch {
	case run.blocked != "" && !run.max && !c.DryRun:
		return refuse(CodeBlocker, "balance %q of %s", run.blocked, c.Account)
	case c.Max && c.ForceDuration && run.done < c.Units:
		return refuse(CodeInsufficientCredit, "account %s can pay %d of %d", c.Account, run.done, c.Units)
	}
	if !c.DryRun {
		run.count()
		d.fire()
	}
	d.result.Charge = run.charged()
	if c.DryRun {
		d.drafts = nil
		return nil
	}
	if run.done > 0 && !d.moved() {
		a.kept = true // usage that is free is usage of the account all the same
	}
	f := c.Facts
	f.Category, f.Destination, f.ToR, f.Usage = c.Category, c.Destination, run.tor, run.done
	f.Cost = d.result.Charge.Cost
	if f.Description == "" {
		f.Description = run.rateName()
	}
	return d.facts(f)
}

// open checks the request and returns the draft of the account that pays.
func (c *Charge) open(d *decision) (*draft, error) {
	if err := c.Usage.check(d.rules); err != nil {
		return nil, err
	}
	for _, n := range []struct{ field, text string }{{"CgrID", c.Facts.CgrID}, {"RunID", c.Facts.RunID}} {
		if err := d.rules.checkName(n.field, n.text); err != nil {
			return nil, err
		}
	}
	a, err := d.open(c.Account)
	switch {
	case err != nil:
		return nil, err
	case !a.existed:
		return nil, refuse(CodeAccountNotFound, "account %s", c.Account)
	case a.acc.Disabled:
		return nil, refuse(CodeAccountDisabled, "account %s", c.Account)
	}
	return a, nil
}

// MaxSessionTime returns how many units of c the account can pay, -1 for an
// account that may go negative. It is a charge that is thrown away.
// Source: cgrates-charging, section 2.5.
func (r *Rules) MaxSessionTime(s State, at Instant, c *Charge) (int64, error) {
	d := &decision{rules: r, state: s, cmd: &Command{At: at}, entry: &Entry{}}
	a, err := c.open(d)
	switch {
	case err != nil:
		return 0, err
	case a.acc.AllowNegative:
		return -1, nil
	case c.Units == 0:
		return 0, nil
	}
	req := *c
	req.Max = true
	run := newCharging(d, a, &req)
	if err := run.charge(); err != nil {
		return 0, err
	}
	return min(run.done, c.Units), nil
}

// check refuses usage that cannot be charged or priced.
func (u *Usage) check(r *Rules) error {
	if err := r.CheckUsage(u.ToR, u.Units); err != nil {
		return err
	}
	if u.ToR == Monetary {
		return &Error{Code: CodeInvalid, Fields: []string{"ToR"}, Text: "money is no usage"}
	}
	if u.Position < 0 || u.Position > rating.UnitsMax-u.Units {
		return &Error{Code: CodeInvalid, Fields: []string{"DurationIndex"}, Text: "not a length of a call"}
	}
	for _, n := range []struct{ field, text string }{{"Category", u.Category}, {"Subject", u.Subject},
		{"Destination", u.Destination}, {"ToR", u.ToR}} {
		if err := r.checkName(n.field, n.text); err != nil {
			return err
		}
	}
	return nil
}

// MostUsage returns as many units as one charge of a ToR may have.
func (r *Rules) MostUsage(tor string) int64 {
	if most, ok := r.MaxUsage[tor]; ok {
		return most
	}
	return r.MaxUsageOther
}

// CheckUsage refuses usage that no charge may have.
// Source: cgrates-charging, section 2.3.
func (r *Rules) CheckUsage(tor string, usage int64) error {
	most := r.MostUsage(tor)
	switch {
	case usage > most:
		return refuse(CodeMaxUsage, "%d units of %q, at most %d", usage, tor, most)
	case usage < 0:
		return &Error{Code: CodeInvalid, Fields: []string{"TimeEnd"}, Text: "before TimeStart"}
	}
	return nil
}
