package engine

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"purser/engine/amount"
	"purser/engine/cborwire"
	"purser/engine/rating"
)

// decoder reads what encoder writes. Whatever it returns is its own: it shares
// nothing with the bytes read, as accounts keep what they get for long.
type decoder struct {
	cborwire.Reader
	words *words // nil where little is repeated: every text is a copy of its own
}

func newDecoder(data []byte) decoder { return decoder{Reader: cborwire.NewReader(data)} }

var (
	// errUnknownMember is the refusal of a member that a newer purser wrote:
	// skipping it would lose it.
	errUnknownMember = errors.New("a member that this version does not know")
	errUUID          = errors.New("a UUID that has not 16 bytes")
	errInstant       = errors.New("an instant in the wrong one of its two forms")
)

// decodeEntries reads the entries of a group. What it does not know it refuses.
func decodeEntries(g Group) ([]*Entry, error) {
	if n := len(g.Starts); n > 0 && n != g.Count {
		return nil, fmt.Errorf("engine: group %d says where %d of its %d entries begin", g.First, n, g.Count)
	}
	entries := make([]*Entry, 0, max(0, min(g.Count, len(g.Body)))) // an entry has a byte at least
	d := newDecoder(g.Body)
	if g.Count > 1 {
		d.words = newWords()
	}
	for d.More() {
		n := len(entries)
		e := &Entry{Seq: g.First + uint64(n)}
		if n < len(g.Starts) && int64(g.Starts[n]) != int64(d.Offset()) {
			return nil, fmt.Errorf("engine: group %d says that entry %d begins at byte %d, and it begins at byte %d",
				g.First, e.Seq, g.Starts[n], d.Offset())
		}
		d.entry(e)
		if err := d.Err(); err != nil {
			return nil, fmt.Errorf("engine: decode entry %d: %w", e.Seq, err)
		}
		entries = append(entries, e)
	}
	if len(entries) != g.Count {
		return nil, fmt.Errorf("engine: group %d holds %d entries and says %d", g.First, len(entries), g.Count)
	}
	return entries, nil
}

// decodeSome reads the entries of these rising numbers from a group's body, the
// first of which is number first.
func decodeSome(body []byte, first uint64, seqs []uint64) (entries []*Entry, err error) {
	d := newDecoder(body)
	for seq := first; d.More() && len(seqs) > 0; seq++ {
		if seq != seqs[0] {
			d.Skip()
			continue
		}
		e := &Entry{Seq: seq}
		d.entry(e)
		entries, seqs = append(entries, e), seqs[1:]
	}
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("engine: decode entries of group %d: %w", first, err)
	}
	return entries, nil
}

func (d *decoder) entry(v *Entry) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.At = d.instant()
		case 2:
			v.Op = Op(d.word())
		case 3:
			d.origin(&v.Origin)
		case 4:
			v.Accounts = make([]AccountChange, d.List())
			for i := range v.Accounts {
				d.accountChange(&v.Accounts[i])
			}
		case 5:
			v.Destination = &DestinationChange{}
			d.destinationChange(v.Destination)
		case 6:
			v.Timing = &TimingChange{}
			d.timingChange(v.Timing)
		case 7:
			d.facts(&v.Facts)
		case 8:
			v.Key = d.Text()
		case 9:
			v.Digest = bytes.Clone(d.Bytes())
		case 10:
			v.Result = &Result{}
			d.result(v.Result)
		case 11:
			v.Tenant = d.word()
		case 12:
			v.Tariff = &TariffSet{}
			d.item(v.Tariff)
		case 13:
			v.Fired = make([]Firing, d.List())
			for i := range v.Fired {
				d.firing(&v.Fired[i])
			}
		case 15:
			v.Services = &ServiceChange{}
			d.serviceChange(v.Services)
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) origin(v *Origin) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Face = d.word()
		case 2:
			v.Method = d.word()
		case 3:
			v.Peer = d.word()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) facts(v *Facts) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Category = d.word()
		case 2:
			v.Destination = d.Text()
		case 3:
			v.Usage = d.Int()
		case 4:
			v.ToR = d.word()
		case 5:
			v.CgrID = d.Text()
		case 6:
			v.RunID = d.word()
		case 7:
			v.Metadata = bytes.Clone(d.Bytes())
		case 17:
			v.Created = d.instant()
		default:
			d.ledgerFact(v, m.Key)
		}
	}
}

// ledgerFact reads one of the facts that only ledgers show.
func (d *decoder) ledgerFact(v *Facts, key byte) {
	switch key {
	case 8:
		v.Source = d.word()
	case 9:
		v.SourceID = d.Text()
	case 10:
		v.UsageType = d.word()
	case 11:
		v.UsageQuantity = new(d.Int())
	case 12:
		v.UsageUnit = d.word()
	case 13:
		v.Description = d.word()
	case 14:
		v.PeriodStart = new(d.Int())
	case 15:
		v.PeriodEnd = new(d.Int())
	case 16:
		v.Cost = d.amount()
	case 17:
		v.Created = d.instant()
	case 18:
		v.Trigger = d.word()
	case 19:
		v.Module = d.word()
	case 20:
		v.Audit = bytes.Clone(d.Bytes())
	case 21:
		v.About = &AccountName{}
		d.accountName(v.About)
	case 22:
		v.Unique = d.Bool()
	case 23:
		v.Reverses = d.Text()
	default:
		d.Fail(errUnknownMember)
	}
}

func (d *decoder) accountName(v *AccountName) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.ID = d.Text()
		case 2:
			v.Name = d.Text()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) accountChange(v *AccountChange) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			d.accountID(&v.ID)
		case 2:
			v.Made = d.Bool()
		case 3:
			v.Removed = d.Bool()
		case 4:
			v.AllowNegative = new(d.Bool())
		case 5:
			v.Disabled = new(d.Bool())
		case 6:
			v.Postings = make([]Posting, d.List())
			for i := range v.Postings {
				d.posting(&v.Postings[i])
			}
		case 7:
			v.Triggers = &AccountTriggers{}
			d.accountTriggers(v.Triggers)
		case 8:
			v.TriggerUpdates = make([]TriggerUpdate, d.List())
			for i := range v.TriggerUpdates {
				d.triggerUpdate(&v.TriggerUpdates[i])
			}
		case 9:
			v.Profile = &Profile{}
			d.profile(v.Profile)
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) posting(v *Posting) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.UUID = d.uuid()
		case 2:
			v.ID = d.word()
		case 3:
			v.ToR = d.tor()
		case 4:
			v.Delta = d.amount()
		case 5:
			v.After = d.amount()
		case 6:
			v.Made = d.Bool()
		case 7:
			v.Removed = d.Bool()
		case 8:
			v.Expired = d.Bool()
		case 9:
			v.Renamed = d.Bool()
		case 10:
			v.Attributes = &Attributes{}
			d.attributes(v.Attributes)
		case 11:
			v.Charged = d.amount()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) destinationChange(v *DestinationChange) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.ID = d.Text()
		case 2:
			v.Prefixes = d.texts()
		case 3:
			v.Removed = d.Bool()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) timingChange(v *TimingChange) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			d.timing(&v.Timing)
		case 2:
			v.Removed = d.Bool()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) timing(v *rating.Timing) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.ID = d.Text()
		case 2:
			v.Years = d.ints()
		case 3:
			v.Months = d.ints()
		case 4:
			v.MonthDays = d.ints()
		case 5:
			v.WeekDays = d.ints()
		case 6:
			v.Start = d.Text()
		case 7:
			v.End = d.Text()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

// instant reads the two forms that encoder.instant writes, each only where it
// does.
func (d *decoder) instant() Instant {
	var s int64
	list := d.IsList()
	if list {
		if d.List() != 2 {
			d.Fail(errInstant)
		}
		s = d.Int()
	}
	nanos := d.Int()
	v := At(time.Unix(s, nanos))
	if list != beyondNanos(v) || list && (nanos < 0 || nanos >= int64(time.Second)) {
		d.Fail(errInstant)
	}
	return v
}

func (d *decoder) uuid() uuid.UUID {
	b := d.Bytes()
	if len(b) != len(uuid.UUID{}) {
		d.Fail(errUUID)
		return uuid.UUID{}
	}
	return uuid.UUID(b)
}

func (d *decoder) amount() amount.Amount {
	var v amount.Amount
	if err := v.UnmarshalText(d.TextBytes()); err != nil {
		d.Fail(err)
	}
	return v
}

func (d *decoder) texts() []string {
	v := make([]string, d.List())
	for i := range v {
		v[i] = d.Text()
	}
	return v
}

func (d *decoder) ints() []int {
	v := make([]int, d.List())
	for i := range v {
		v[i] = int(d.Int())
	}
	return v
}

// word reads a text that often stands in other entries too.
func (d *decoder) word() string { return d.words.text(d.TextBytes()) }

// tor reads a type of record: one of a few, nearly always.
func (d *decoder) tor() string {
	b := d.TextBytes()
	switch string(b) {
	case Monetary:
		return Monetary
	case Voice:
		return Voice
	case Data:
		return Data
	case SMS:
		return SMS
	case MMS:
		return MMS
	case Generic:
		return Generic
	}
	return d.words.text(b)
}
