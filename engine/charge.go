package engine

import "time"

// Charge takes usage from an account: Responder.Debit, and with Max
// Responder.MaxDebit. Source: cgrates-charging, sections 2 and 3.
type Charge struct {
	Account     AccountID // who pays
	Category    string
	Destination string    // as dialled
	ToR         string    // "" is *voice where there is usage
	Start       time.Time // in the zone of the request: timings go by its wall clock
	Usage       int64     // units; 0 charges nothing and shows the account
	Factor      string    // name of the balance factor that applies

	Max           bool // charge at most what can be paid
	ForceDuration bool // with Max: all or CodeInsufficientCredit
	DryRun        bool // compute and keep nothing
	Facts         Facts
}

func (c *Charge) decide(d *decision) error {
	d.entry.Op = OpCharge
	a, err := c.open(d)
	if err != nil {
		return err
	}
	req := *c
	if c.Max {
		if req.Usage, err = c.affordable(d); err != nil {
			return err
		}
	}
	run := newCharging(a, &req)
	if req.Usage > 0 {
		if err := run.units(); err != nil {
			return err
		}
		switch {
		case run.blocked != "":
			return refuse(CodeBlocker, "balance %q of %s", run.blocked, c.Account)
		case run.rest > 0:
			return needsPrice(&req, run.rest)
		}
	}
	d.result.Charge = run.charged()
	if c.DryRun {
		d.drafts = nil
		return nil
	}
	f := c.Facts
	f.Category, f.Destination, f.ToR, f.Usage = c.Category, c.Destination, run.tor, run.done
	return d.facts(f)
}

// open checks the request and returns the draft of the account that pays.
func (c *Charge) open(d *decision) (*draft, error) {
	if err := d.rules.CheckUsage(c.ToR, c.Usage); err != nil {
		return nil, err
	}
	if c.ToR == Monetary {
		return nil, &Error{Code: CodeInvalid, Fields: []string{"ToR"}, Text: "money is no usage"}
	}
	for _, n := range []struct{ field, text string }{{"Category", c.Category}, {"Destination", c.Destination},
		{"ToR", c.ToR}, {"CgrID", c.Facts.CgrID}, {"RunID", c.Facts.RunID}} {
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

// affordable returns how much of the usage a Max charge takes.
func (c *Charge) affordable(d *decision) (int64, error) {
	if c.Usage == 0 {
		return 0, needsPrice(c, 0)
	}
	most, err := d.rules.MaxSessionTime(d.state, d.cmd.At, c)
	switch {
	case err != nil:
		return 0, err
	case most < 0:
		return c.Usage, nil
	case c.ForceDuration && most < c.Usage:
		return 0, refuse(CodeInsufficientCredit, "account %s can pay %d of %d", c.Account, most, c.Usage)
	}
	return most, nil
}

// MaxSessionTime returns how many units of c.Usage the account can pay, -1 for
// an account that may go negative. It is a charge that is thrown away.
// Source: cgrates-charging, section 2.5.
func (r *Rules) MaxSessionTime(s State, at Instant, c *Charge) (int64, error) {
	d := &decision{rules: r, state: s, cmd: &Command{At: at}, entry: &Entry{}}
	a, err := c.open(d)
	switch {
	case err != nil:
		return 0, err
	case a.acc.AllowNegative:
		return -1, nil
	case c.Usage == 0:
		return 0, nil
	}
	run := newCharging(a, c)
	if err := run.units(); err != nil {
		return 0, err
	}
	if run.rest > 0 && run.blocked == "" {
		return 0, needsPrice(c, run.rest)
	}
	return min(run.done, c.Usage), nil
}

// CheckUsage refuses usage that no charge may have.
// Source: cgrates-charging, section 2.3.
func (r *Rules) CheckUsage(tor string, usage int64) error {
	most, ok := r.MaxUsage[tor]
	if !ok {
		most = r.MaxUsageOther
	}
	switch {
	case usage > most:
		return refuse(CodeMaxUsage, "%d units of %q, at most %d", usage, tor, most)
	case usage < 0:
		return &Error{Code: CodeInvalid, Fields: []string{"TimeEnd"}, Text: "before TimeStart"}
	}
	return nil
}

// needsPrice refuses a charge of which a rest would have to be paid with
// money: there are no prices.
func needsPrice(c *Charge, rest int64) error {
	return refuse(CodeNoRatingPlan, "%d units of %s to %q for %s need a price", rest, c.ToR, c.Destination, c.Account)
}
