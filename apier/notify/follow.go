package notify

import (
	"context"
	"errors"
	"time"

	"purser/engine"
)

// run is a Notifier at work; all of it belongs to the goroutine of Run.
type run struct {
	*Notifier
	journal   Journal
	lanes     map[string][]*message // by server; the first is being sent
	waiting   map[uint64]int        // messages not delivered, by entry
	count     int                   // of all of them
	delivered chan outcome
	saved     uint64
	warned    map[string]bool // addresses that were refused, for the log
}

// outcome is how the delivery of a message ended.
type outcome struct {
	message *message
	err     error
}

// follow works until ctx ends.
func (r *run) follow(ctx context.Context) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		for range r.lanes { // each has one on its way, which ends with ctx
			r.settle(<-r.delivered)
		}
		err = errors.Join(err, r.save())
		r.client.CloseIdleConnections()
	}()
	tick := time.NewTicker(r.opts.SaveEvery)
	defer tick.Stop()
	for {
		if err := r.read(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-r.unread.wake:
		case o := <-r.delivered:
			r.settle(o)
			r.next(ctx, o.message.to.Host)
		case <-tick.C:
			if err := r.save(); err != nil {
				return err
			}
		}
	}
}

// read takes messages from the journal while there is room.
func (r *run) read(ctx context.Context) error {
	for r.count < r.opts.PendingMax {
		more, err := r.unread.read(ctx, r.journal, func(e *engine.Entry) error {
			if r.count >= r.opts.PendingMax {
				return errEnough
			}
			return r.take(ctx, e)
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// take queues the messages of an entry.
func (r *run) take(ctx context.Context, e *engine.Entry) error {
	list, refused, err := r.messages(e)
	if err != nil {
		return err
	}
	for _, to := range refused {
		r.refuse(e.Seq, to)
	}
	for _, m := range list {
		lane, busy := r.lanes[m.to.Host]
		r.lanes[m.to.Host] = append(lane, m)
		r.waiting[m.seq]++
		r.count++
		r.queued.Add(1)
		if !busy {
			go r.send(ctx, m)
		}
	}
	return nil
}

// warnedMax bounds the addresses whose refusal is logged.
const warnedMax = 256

func (r *run) refuse(seq uint64, to string) {
	r.refused.Add(1)
	if !r.warned[to] && len(r.warned) < warnedMax {
		r.warned[to] = true
		r.opts.Log.Warn("notification not sent: notify.allow does not list its address", "seq", seq, "to", to)
	}
}

func (r *run) send(ctx context.Context, m *message) { r.delivered <- outcome{m, r.deliver(ctx, m)} }

// settle takes what was delivered, or given up, off its lane.
func (r *run) settle(o outcome) {
	m := o.message
	switch {
	case o.err == nil:
		r.sent.Add(1)
	case errors.Is(o.err, context.Canceled):
		return // the end: it stays undelivered
	default:
		r.failed.Add(1)
		r.opts.Log.Error("notification given up", "seq", m.seq, "to", m.to.Host, "err", o.err)
	}
	r.lanes[m.to.Host] = r.lanes[m.to.Host][1:]
	if r.waiting[m.seq]--; r.waiting[m.seq] == 0 {
		delete(r.waiting, m.seq)
	}
	r.count--
	r.queued.Add(-1)
}

// next sends what is next for a server.
func (r *run) next(ctx context.Context, host string) {
	if len(r.lanes[host]) == 0 {
		delete(r.lanes, host)
		return
	}
	go r.send(ctx, r.lanes[host][0])
}

// done returns up to which entry there is nothing left to deliver.
func (r *run) done() uint64 {
	at := r.unread.done()
	for seq := range r.waiting {
		at = min(at, seq-1)
	}
	return at
}

// save keeps the position.
func (r *run) save() error {
	at := r.done()
	if at == r.saved {
		return nil
	}
	if err := r.position.write(at); err != nil {
		return err
	}
	r.saved = at
	return nil
}
