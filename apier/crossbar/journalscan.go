package crossbar

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
)

// The headers of a journal's answer. Its envelope says the same in after_seq and last_seq.
const (
	headerAfterSeq = "X-After-Seq"
	headerLastSeq  = "X-Last-Seq"
)

// journalPlace is how far a journal was looked through.
type journalPlace struct {
	after uint64 // the last entry that was looked at: where to go on behind
	last  uint64 // the last entry there was
}

// reach notes that everything up to entry seq is done with.
func (p *journalPlace) reach(seq uint64) {
	p.after = max(p.after, seq)
	p.last = max(p.last, p.after)
}

func (p *journalPlace) setHeaders(h http.Header) {
	h.Set(headerAfterSeq, strconv.FormatUint(p.after, 10))
	h.Set(headerLastSeq, strconv.FormatUint(p.last, 10))
}

// append appends the members of an envelope, none for nil.
func (p *journalPlace) append(b []byte) []byte {
	if p == nil {
		return b
	}
	b = strconv.AppendUint(append(b, `,"after_seq":`...), p.after, 10)
	return strconv.AppendUint(append(b, `,"last_seq":`...), p.last, 10)
}

// journalScan looks through the journal for entries of one account, within bounds.
type journalScan struct {
	face   *Face
	owner  *journalOwner
	format json.Options // of amounts

	place journalPlace
	found []jsontext.Value
	size  int // how many may be found
	left  int // how many may still be looked at
	room  int // how many bytes may still be found; below 0 when the last one took more
}

// newJournalScan returns a scan of the path's account's entries behind number after. There is nothing behind a number
// that the journal has not reached, as it is another journal's: then the scan begins at the end.
func newJournalScan(rq *request, after uint64, size int) *journalScan {
	o := &rq.face.opts
	last := o.Engine.Stats().Seq
	return &journalScan{face: rq.face, owner: newJournalOwner(rq.account, o.LedgerUnits), format: rq.amountsJSON(),
		place: journalPlace{min(after, last), last}, found: []jsontext.Value{},
		size: size, left: o.JournalEntriesMax, room: o.JournalBytesMax}
}

// journalTurn is how many entries one request looks at before another's turn comes.
const journalTurn = 5000

// read looks at what the journal has by now, until a bound is met. Requests that read take turns: many that begin far
// back take no more than one processor from the charges, and one that begins near the end does not wait for them.
func (s *journalScan) read(ctx context.Context) error {
	for more := true; more; {
		if err := s.face.journal.Acquire(ctx, 1); err != nil {
			return err
		}
		var err error
		more, err = s.turn(ctx)
		s.face.journal.Release(1)
		if err != nil {
			return err
		}
	}
	return nil
}

// turn looks at up to journalTurn entries and tells whether there may be more to look at.
func (s *journalScan) turn(ctx context.Context) (more bool, err error) {
	entries := 0
	err = s.face.opts.Engine.Journal(ctx, s.place.after+1, func(e *engine.Entry) error {
		if err := s.look(e); err != nil {
			return err
		}
		entries++
		switch {
		case len(s.found) == s.size || s.left == 0 || s.room <= 0:
			return errEnough
		case entries == journalTurn:
			more = true
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return more, err
}

// look looks at one entry.
func (s *journalScan) look(e *engine.Entry) error {
	if s.owner.isConcerned(e) {
		doc, err := s.owner.entry(e)
		if err != nil {
			return err
		}
		text, err := json.Marshal(doc, s.format)
		if err != nil {
			return err
		}
		s.found = append(s.found, text)
		s.room -= len(text)
	}
	s.left--
	s.place.reach(e.Seq)
	return nil
}
