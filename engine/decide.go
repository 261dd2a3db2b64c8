package engine

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"purser/engine/amount"
)

// Rules are the settings that decisions depend on. They may differ between
// two runs of a daemon: entries carry what was decided, so a replay does not
// need them.
type Rules struct {
	KeepKeys       time.Duration    // how long an idempotency key is remembered
	NameBytesMax   int              // bytes of a tenant, account, balance ID, ...
	BalancesMax    int              // balances of one account
	PrefixesMax    int              // prefixes of one destination
	PlacesMax      int              // destinations, and as many timings
	TariffMax      int              // things in the whole tariff: destinations, plans, profiles, ...
	MembersMax     int              // accounts in one shared group
	RefundItemsMax int              // increments of one refund
	MetadataMax    int              // bytes of an entry's metadata
	TriggersMax    int              // triggers of one account, and of one group
	ActionsMax     int              // actions under one ID
	LineTextMax    int              // bytes of a ledger line's source ID and description
	LineKindsMax   int              // kinds of lines (source, usage type and unit) in one ledger
	BatchMax       int              // lines of one batch
	LedgerBalance  string           // ID of the money balance that PostLedger changes
	MaxUsage       map[string]int64 // most units of one charge, by ToR
	MaxUsageOther  int64            // for a ToR that MaxUsage does not list
	Tree           TreeRules
	Services       ServiceRules

	LedgerDenyNegative bool // PostLedger refuses to debit more money than an account has
}

// DefaultRules returns the rules of a daemon without configuration.
// Source of the usage limits: cgrates-charging, section 2.3.
func DefaultRules() Rules {
	return Rules{
		KeepKeys: 48 * time.Hour, NameBytesMax: 128, BalancesMax: 1000, PrefixesMax: 100_000,
		PlacesMax: 100_000, TariffMax: 1_000_000, MembersMax: 1000, RefundItemsMax: 10_000, MetadataMax: 64 << 10,
		TriggersMax: 32, ActionsMax: 32, LineTextMax: 4 << 10, LineKindsMax: 256, BatchMax: 500, LedgerBalance: "*ledger",
		MaxUsage: map[string]int64{
			Voice: int64(72 * time.Hour), Data: 107_374_182_400, SMS: 10_000, MMS: 10_000},
		MaxUsageOther: int64(189 * time.Hour),
		Tree:          DefaultTreeRules(),
		Services:      DefaultServiceRules(),
	}
}

// Decide computes what c does to the state: the entry that says so, nil when
// nothing changes, and the caller's answer. It is pure: no clock, no chance,
// no I/O beside s, and s is not changed. After an error nothing has happened,
// with the one exception that the error says (CodeInternal: s failed).
func (r *Rules) Decide(s State, c *Command) (*Entry, Result, error) {
	if c.Key != "" {
		known, err := s.Remembered(c.Tenant, c.Key)
		if err != nil {
			return nil, Result{}, err
		}
		if known != nil && c.At.Sub(known.At.Time) <= r.KeepKeys {
			return repeated(known, c)
		}
	}
	d := &decision{rules: r, state: s, cmd: c, entry: &Entry{At: c.At, Origin: c.Origin}}
	if err := d.checkCommand(); err != nil {
		return nil, Result{}, err
	}
	if err := c.checkIf(s); err != nil {
		return nil, Result{}, err
	}
	if err := c.Change.decide(d); err != nil {
		return nil, Result{}, err
	}
	if err := d.close(); err != nil {
		return nil, Result{}, err
	}
	e := d.entry
	if c.Key != "" {
		e.Key, e.Digest, e.Tenant, e.Result = c.Key, c.Digest, c.Tenant, &d.result
	} else if len(e.Accounts) == 0 && e.Destination == nil && e.Timing == nil && e.Tariff == nil && e.Fired == nil &&
		e.Services == nil {
		return nil, d.result, nil
	}
	return e, d.result, nil
}

// checkIf refuses a command whose condition does not hold.
func (c *Command) checkIf(s State) error {
	if c.If == nil {
		return nil
	}
	holds, err := c.If(Tree{s})
	if err == nil && !holds {
		err = &Error{Code: CodeChanged}
	}
	return err
}

// repeated answers a command whose key is known.
func repeated(known *Remembered, c *Command) (*Entry, Result, error) {
	if !bytes.Equal(known.Digest, c.Digest) {
		return nil, Result{}, refuse(CodeIdempotencyConflict,
			"key %q was used for another request (entry %d)", c.Key, known.Seq)
	}
	var r Result
	if known.Result != nil {
		r = *known.Result
	}
	r.Replayed, r.Seq = true, known.Seq
	return nil, r, nil
}

// checkName refuses names that would not fit into keys, logs and views: too
// long, not UTF-8, or with control characters. A name may be empty.
func (r *Rules) checkName(field, name string) error {
	if len(name) > r.NameBytesMax {
		return &Error{Code: CodeInvalid, Fields: []string{field}, Text: fmt.Sprintf("longer than %d bytes", r.NameBytesMax)}
	}
	if !utf8.ValidString(name) {
		return &Error{Code: CodeInvalid, Fields: []string{field}, Text: "not UTF-8"}
	}
	for i := range len(name) {
		if name[i] < ' ' || name[i] == 0x7f {
			return &Error{Code: CodeInvalid, Fields: []string{field}, Text: "control character"}
		}
	}
	return nil
}

// decision is a command being decided: the entry as it grows, and drafts of
// the accounts that it touches.
type decision struct {
	rules  *Rules
	state  State
	cmd    *Command
	entry  *Entry
	result Result
	drafts []*draft // in the order of first touch
	made   uint32   // UUIDs made so far

	// tooLittle refuses a line for lack of money, once nothing else does: who
	// sends again what has been paid must hear that it is there.
	tooLittle error

	services []*serviceDraft // likewise
	plans    []PlanChange
}

// checkCommand refuses a key or tenant that could not be stored.
func (d *decision) checkCommand() error {
	if err := d.rules.checkName("Tenant", d.cmd.Tenant); err != nil {
		return err
	}
	return d.rules.checkName("*idempotencyKey", d.cmd.Key)
}

// newUUID returns the next UUID of the command's seed.
func (d *decision) newUUID() uuid.UUID {
	d.made++
	if d.made == 1 {
		return d.cmd.Seed
	}
	return uuid.NewSHA1(d.cmd.Seed, binary.BigEndian.AppendUint32(nil, d.made))
}

// facts stores what the entry shows beside its postings.
func (d *decision) facts(f Facts) error {
	if len(f.Metadata) > d.rules.MetadataMax {
		return &Error{Code: CodeLimit, Fields: []string{"metadata"},
			Text: fmt.Sprintf("%d bytes, at most %d", len(f.Metadata), d.rules.MetadataMax)}
	}
	if err := d.rules.checkLine(&f); err != nil {
		return err
	}
	d.entry.Facts = f
	return nil
}

// draft is an account while a command changes it.
type draft struct {
	d       *decision
	acc     Account  // as it is after what was decided so far
	was     *Account // as it was before the command, shared; nil: there was none
	existed bool     // before the command
	change  AccountChange

	// kept says that the account's change is part of the entry even without
	// postings: it is made, or removed, or its options change.
	kept bool

	fired []int // positions of the triggers that have fired in this command
}

// open returns the draft of an account, made of nothing when there is none.
// Such a draft leaves a trace only when something is put into it.
func (d *decision) open(id AccountID) (*draft, error) {
	for _, a := range d.drafts {
		if a.acc.ID == id {
			return a, nil
		}
	}
	if err := d.rules.checkName("Tenant", id.Tenant); err != nil {
		return nil, err
	}
	if err := d.rules.checkName("Account", id.Account); err != nil {
		return nil, err
	}
	acc, err := d.state.Account(id)
	if err != nil {
		return nil, err
	}
	a := &draft{d: d, was: acc, change: AccountChange{ID: id}, existed: acc != nil}
	a.acc.ID = id
	if acc != nil {
		a.acc = *acc
		a.acc.Balances = slices.Clone(acc.Balances)
	}
	d.drafts = append(d.drafts, a)
	return a, nil
}

// snapshot returns what restore needs to take the draft back to now.
func (a *draft) snapshot() draft {
	was := *a
	was.acc.Balances = slices.Clone(a.acc.Balances)
	was.change.Postings = slices.Clone(a.change.Postings)
	return was
}

func (a *draft) restore(was draft) { *a = was }

// keep makes the account if there was none.
func (a *draft) keep() { a.kept = a.kept || !a.existed }

// posting returns the entry's posting of a balance, made on first use.
func (a *draft) posting(b *Balance) *Posting {
	for i := range a.change.Postings {
		if p := &a.change.Postings[i]; p.UUID == b.UUID {
			return p
		}
	}
	a.change.Postings = append(a.change.Postings, Posting{UUID: b.UUID, ID: b.ID, ToR: b.ToR, After: b.Value})
	return &a.change.Postings[len(a.change.Postings)-1]
}

// add changes the value of balance i by delta.
func (a *draft) add(i int, delta amount.Amount) {
	b := &a.acc.Balances[i]
	p := a.posting(b)
	b.Value = b.Value.Add(delta)
	p.Delta, p.After = p.Delta.Add(delta), b.Value
}

// charge takes taken from balance i for usage; below 0 it gives back. A balance
// may pay more in all its time than an amount holds: what is beyond
// [amount.Largest] cannot be refunded.
func (a *draft) charge(i int, taken amount.Amount) {
	a.add(i, taken.Neg())
	b := &a.acc.Balances[i]
	charged := b.Charged.Add(taken).Stopped()
	p := a.posting(b)
	p.Charged = p.Charged.Add(charged.Sub(b.Charged))
	b.Charged = charged
}

// describe gives balance i a name and attributes; nil leaves them.
func (a *draft) describe(i int, id *string, attributes *Attributes) {
	b := &a.acc.Balances[i]
	if id != nil && *id != b.ID {
		p := a.posting(b)
		p.ID, p.Renamed = *id, true
		b.ID = *id
	}
	if attributes != nil {
		a.posting(b).Attributes = attributes
		b.Attributes = attributes
	}
}

// make adds a balance of 0 and returns its position.
func (a *draft) make(tor, id string, attributes *Attributes) (int, error) {
	if len(a.acc.Balances) >= a.d.rules.BalancesMax {
		return 0, refuse(CodeLimit, "account %s has %d balances, the most allowed", a.acc.ID, len(a.acc.Balances))
	}
	if err := a.d.rules.checkName("ToR", tor); err != nil {
		return 0, err
	}
	b := Balance{UUID: a.d.newUUID(), ID: id, ToR: tor, Attributes: attributes}
	a.acc.Balances = append(a.acc.Balances, b)
	p := a.posting(&b)
	p.Made, p.Attributes = true, attributes
	return len(a.acc.Balances) - 1, nil
}

// remove takes balance i away with what is in it.
func (a *draft) remove(i int, expired bool) {
	a.add(i, a.acc.Balances[i].Value.Neg())
	p := a.posting(&a.acc.Balances[i])
	p.Removed, p.Expired = true, expired
	a.acc.Balances = slices.Delete(a.acc.Balances, i, i+1)
}

// dropExpired removes what is over, as every change of balances does.
// Source: cgrates-apier, section 8.4.
func (a *draft) dropExpired() {
	for i := len(a.acc.Balances) - 1; i >= 0; i-- {
		if a.acc.Balances[i].expired(a.d.cmd.At) {
			a.remove(i, true)
		}
	}
}

// moved tells whether anything of a balance has changed.
func (d *decision) moved() bool {
	return slices.ContainsFunc(d.drafts, func(a *draft) bool {
		return slices.ContainsFunc(a.change.Postings, func(p Posting) bool { return !p.empty() })
	})
}

// close writes the drafts into the entry and checks what must hold of it.
func (d *decision) close() error {
	d.fire()
	for _, a := range d.drafts {
		a.closeTriggers()
		c := &a.change
		c.Postings = slices.DeleteFunc(c.Postings, func(p Posting) bool {
			return p.empty() && d.entry.Acted(c.ID, p.UUID).IsZero() // else actions gave back what was taken
		})
		for i := range c.Postings {
			if err := c.Postings[i].check(c.ID); err != nil {
				return err
			}
		}
		if len(c.Postings) == 0 && !a.kept {
			continue
		}
		c.Made = !a.existed
		d.entry.Accounts = append(d.entry.Accounts, *c)
	}
	if !d.cmd.Created.IsZero() {
		d.entry.Facts.Created = d.cmd.Created
	}
	if err := d.closeServices(); err != nil {
		return err
	}
	if err := d.checkConflicts(); err != nil {
		return err
	}
	return d.tooLittle
}

// check refuses amounts out of range.
func (p *Posting) check(account AccountID) error {
	for _, v := range []amount.Amount{p.After, p.Delta} {
		if err := v.Check(); err != nil {
			return refuse(CodeInvalid, "balance %q of %s: %v", p.ID, account, err)
		}
	}
	return nil
}

// empty tells whether p says nothing.
func (p *Posting) empty() bool {
	return p.Delta.IsZero() && p.Charged.IsZero() && !p.Made && !p.Removed && !p.Renamed && p.Attributes == nil
}
