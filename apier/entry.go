package apier

import (
	"context"
	"errors"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"purser/engine"
	"purser/engine/amount"
	"purser/rpcjson"
)

// entriesArgs select journal entries: Limit of them from number From on. Limit 0, or more than an answer may hold, is
// as many as it may hold.
type entriesArgs struct {
	From  uint64
	Limit int
}

var errEnough = errors.New("enough entries")

// getEntries answers entries that are on the disk, those of changes asked for earlier on the connection among them:
// hence the empty read, which is answered when they are.
func (s *service) getEntries(c *rpcjson.Call, args *entriesArgs) {
	limit := s.EntriesMax
	if args.Limit > 0 {
		limit = min(limit, args.Limit)
	}
	s.readJournal(c, func() (any, error) { return entriesFrom(c.Context(), s.Engine, args.From, limit) })
}

// readJournal answers c with what read makes of entries that are on the disk.
func (s *service) readJournal(c *rpcjson.Call, read func() (any, error)) {
	s.viewLong(c, func(engine.State) error { return nil }, read)
}

func entriesFrom(ctx context.Context, e Engine, from uint64, limit int) ([]Entry, error) {
	list := []Entry{}
	err := e.Journal(ctx, max(from, 1), func(found *engine.Entry) error {
		list = append(list, ShapeEntry(found))
		if len(list) == limit {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return list, err
}

// Entry is a journal entry for people and programs; what it does not say is left out.
type Entry struct {
	Seq         uint64           `json:"seq"`
	At          time.Time        `json:"at"`
	Op          engine.Op        `json:"op"`
	Origin      origin           `json:"origin"`
	Tenant      string           `json:"tenant,omitzero"`
	Key         string           `json:"key,omitzero"` // idempotency key
	Accounts    []accountChange  `json:"accounts,omitzero"`
	Destination *destinationMove `json:"destination,omitzero"`
	Timing      *timingMove      `json:"timing,omitzero"`
	Facts       facts            `json:"facts,omitzero"`
	Fired       []firing         `json:"fired,omitzero"`
}

type origin struct {
	Face   string `json:"face,omitzero"`
	Method string `json:"method,omitzero"`
	Peer   string `json:"peer,omitzero"`
}

type accountChange struct {
	Tenant        string    `json:"tenant"`
	Account       string    `json:"account"`
	Made          bool      `json:"made,omitzero"`
	Removed       bool      `json:"removed,omitzero"`
	AllowNegative *bool     `json:"allow_negative,omitzero"`
	Disabled      *bool     `json:"disabled,omitzero"`
	Postings      []posting `json:"postings,omitzero"`

	Triggers       *[]entryTrigger `json:"triggers,omitzero"` // all that it has from now on
	TriggerUpdates []triggerUpdate `json:"trigger_updates,omitzero"`
}

// posting is what happened to a balance: before + delta = after.
type posting struct {
	UUID       uuid.UUID        `json:"uuid"`
	ID         string           `json:"id"`
	ToR        string           `json:"tor"`
	Before     amount.Amount    `json:"before"`
	Delta      amount.Amount    `json:"delta"`
	After      amount.Amount    `json:"after"`
	Made       bool             `json:"made,omitzero"`
	Removed    bool             `json:"removed,omitzero"`
	Expired    bool             `json:"expired,omitzero"`
	Renamed    bool             `json:"renamed,omitzero"`
	Attributes *entryAttributes `json:"attributes,omitzero"`
}

type entryAttributes struct {
	Expires        time.Time     `json:"expires,omitzero"`
	Weight         amount.Amount `json:"weight,omitzero"`
	DestinationIDs set           `json:"destination_ids,omitzero"`
	Categories     set           `json:"categories,omitzero"`
	SharedGroups   set           `json:"shared_groups,omitzero"`
	TimingIDs      set           `json:"timing_ids,omitzero"`
	RatingSubject  string        `json:"rating_subject,omitzero"`
	Disabled       bool          `json:"disabled,omitzero"`
	Blocker        bool          `json:"blocker,omitzero"`
	Factors        factorMap     `json:"factors,omitzero"`
}

type destinationMove struct {
	ID       string   `json:"id"`
	Prefixes []string `json:"prefixes,omitzero"`
	Removed  bool     `json:"removed,omitzero"`
}

type timingMove struct {
	ID        string `json:"id"`
	Years     []int  `json:"years,omitzero"`
	Months    []int  `json:"months,omitzero"`
	MonthDays []int  `json:"month_days,omitzero"`
	WeekDays  []int  `json:"week_days,omitzero"`
	Start     string `json:"start,omitzero"`
	End       string `json:"end,omitzero"`
	Removed   bool   `json:"removed,omitzero"`
}

type facts struct {
	Category    string         `json:"category,omitzero"`
	Destination string         `json:"destination,omitzero"`
	Usage       int64          `json:"usage,omitzero"` // units of tor
	ToR         string         `json:"tor,omitzero"`
	CgrID       string         `json:"cgrid,omitzero"`
	RunID       string         `json:"runid,omitzero"`
	Metadata    jsontext.Value `json:"metadata,omitzero"`
}

// ShapeEntry returns e as JournalSv1.GetEntries and the purser program show it.
func ShapeEntry(e *engine.Entry) Entry {
	f := e.Facts
	shown := Entry{
		Seq: e.Seq, At: e.At.Time, Op: e.Op, Origin: origin(e.Origin), Tenant: e.Tenant, Key: e.Key,
		Facts: facts{
			Category: f.Category, Destination: f.Destination, Usage: f.Usage, ToR: f.ToR,
			CgrID: f.CgrID, RunID: f.RunID, Metadata: f.Metadata,
		},
	}
	for i := range e.Fired {
		shown.Fired = append(shown.Fired, shapeFiring(&e.Fired[i]))
	}
	for i := range e.Accounts {
		shown.Accounts = append(shown.Accounts, shapeAccountChange(&e.Accounts[i]))
	}
	if d := e.Destination; d != nil {
		shown.Destination = &destinationMove{d.ID, d.Prefixes, d.Removed}
	}
	if t := e.Timing; t != nil {
		g := &t.Timing
		shown.Timing = &timingMove{g.ID, g.Years, g.Months, g.MonthDays, g.WeekDays, g.Start, g.End, t.Removed}
	}
	return shown
}

func shapeAccountChange(c *engine.AccountChange) accountChange {
	shown := accountChange{
		Tenant: c.ID.Tenant, Account: c.ID.Account, Made: c.Made, Removed: c.Removed,
		AllowNegative: c.AllowNegative, Disabled: c.Disabled,
	}
	shown.shapeTriggers(c)
	for i := range c.Postings {
		p := &c.Postings[i]
		moved := posting{
			UUID: p.UUID, ID: p.ID, ToR: p.ToR, Before: p.After.Sub(p.Delta), Delta: p.Delta, After: p.After,
			Made: p.Made, Removed: p.Removed, Expired: p.Expired, Renamed: p.Renamed,
		}
		if a := p.Attributes; a != nil {
			moved.Attributes = &entryAttributes{
				Expires: a.Expires.Time, Weight: a.Weight, DestinationIDs: set(a.DestinationIDs),
				Categories: set(a.Categories), SharedGroups: set(a.SharedGroups), TimingIDs: set(a.TimingIDs),
				RatingSubject: a.RatingSubject, Disabled: a.Disabled, Blocker: a.Blocker, Factors: a.Factors,
			}
		}
		shown.Postings = append(shown.Postings, moved)
	}
	return shown
}

// set is written as {"D1":true,"D2":false}, false being excluded.
type set engine.Names

// MarshalJSONTo writes the object.
func (s set) MarshalJSONTo(enc *jsontext.Encoder) error {
	w := &writer{b: enc.AvailableBuffer()}
	w.set("", engine.Names(s))
	return w.writeTo(enc)
}

// factorMap is written as an object of numbers by name.
type factorMap []engine.Factor

// MarshalJSONTo writes the object.
func (m factorMap) MarshalJSONTo(enc *jsontext.Encoder) error {
	w := &writer{b: enc.AvailableBuffer()}
	w.factors("", m)
	return w.writeTo(enc)
}
