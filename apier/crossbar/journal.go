package crossbar

import (
	"context"
	"errors"
	"math"
	"time"
)

// waitMax is the longest that a request may wait, and waitAgain the pause that one too many is asked for, in seconds.
const (
	waitMax   = 60
	waitAgain = 1
)

// getJournal answers with entries of the journal that change the account, behind the number after_seq. Where there is
// none it may wait for one. Source: ledgers-and-services, section 13.
func (f *Face) getJournal(rq *request) (*reply, error) {
	scan, err := rq.journalScan()
	if err != nil {
		return nil, err
	}
	seconds, err := rq.whole("wait", 0, waitMax, 0)
	if err != nil {
		return nil, err
	}
	if seconds == 0 {
		err = scan.read(rq.ctx)
	} else {
		rq.dropBody()
		err = scan.readOrWait(rq.ctx, time.Duration(seconds)*time.Second)
	}
	if err != nil {
		return nil, err
	}
	return &reply{data: scan.found, lines: scan.found, page: &page{size: len(scan.found), journal: &scan.place}}, nil
}

// journalScan returns what looks for the entries that the request asks for.
func (rq *request) journalScan() (*journalScan, error) {
	after, err := rq.whole("after_seq", 0, math.MaxInt64, 0)
	if err != nil {
		return nil, err
	}
	size, err := rq.pageSize()
	if err != nil {
		return nil, err
	}
	return newJournalScan(rq, uint64(after), size), nil
}

// readOrWait reads, and when nothing is found waits for the account's next entry.
func (s *journalScan) readOrWait(ctx context.Context, most time.Duration) error {
	waiting := s.face.opts.Waiting
	if waiting == nil {
		return errors.New("crossbar: Options.Waiting is not set")
	}
	w := waiting.join(s.owner.concerns()) // before reading: no entry falls between
	if w == nil {
		return errTooMany(waitAgain)
	}
	defer waiting.leave(w)
	if err := s.read(ctx); err != nil || len(s.found) > 0 || s.left == 0 {
		return err
	}
	next, told := waiting.wait(ctx, w, s.face.opts.After(most))
	if next == 0 {
		s.place.reach(told)
		return nil
	}
	s.place.reach(next - 1) // none of the entries between is the account's
	return s.read(ctx)
}
