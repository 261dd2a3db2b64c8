package crossbar

import (
	"errors"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
)

// The directions of a line of a batch. Source: ledgers-and-services, section 4.3.
const (
	directionCredit = "credit"
	directionDebit  = "debit"
)

// ledgerBatch makes lines, all or none, in the order sent. Source: ledgers-and-services, section 13.
func (f *Face) ledgerBatch(rq *request) (*reply, error) {
	items, wrong := rq.forms(f.opts.Engine.Rules().BatchMax)
	lines := make([]*engine.PostLedger, len(items))
	for i, in := range items {
		op := engine.OpTopUp
		if in.direction() == directionDebit {
			op = engine.OpDebit
		}
		var err error
		if lines[i], err = rq.newLine(in, op); err != nil {
			return nil, err
		}
	}
	if err := rq.checkReversals(lines, items); err != nil {
		return nil, err
	}
	if err := wrong.err(); err != nil {
		return nil, err
	}
	cmd, err := rq.command(nil) // a batch stands in place of a change
	if err != nil {
		return nil, err
	}
	cmd.Batch = lines
	seller, err := rq.seller(lines)
	if err != nil {
		return nil, err
	}
	done, err := f.opts.Engine.Do(rq.ctx, cmd)
	if err != nil {
		return nil, rq.refusedItem(err)
	}
	made, err := rq.posted(len(lines), seller, done)
	if err != nil {
		return nil, err
	}
	docs := make([]any, len(made))
	for i := range made {
		docs[i] = made[i].shown()
	}
	return &reply{data: docs, replayed: done.Replayed}, nil
}

// forms returns a form for each item of the body's list, of 1 to most, and where all note what is wrong.
func (rq *request) forms(most int) (items []form, wrong *faults) {
	wrong = &faults{}
	data := rq.envelope.get("data")
	switch {
	case data == nil:
		wrong.add("data", fault{code: codeRequired, message: textRequired})
	case data.kind != jsontext.KindBeginArray:
		wrong.add("data", typeFault(data, "array"))
	case len(data.items) == 0:
		wrong.add("data", minimumFault(1, 0))
	case len(data.items) > most:
		wrong.add("data", maximumFault(int64(most), len(data.items)))
	default:
		for i := range data.items {
			item := form{path: strconv.Itoa(i), v: &data.items[i], wrong: wrong, opts: &rq.face.opts}
			if item.v.kind != jsontext.KindBeginObject {
				wrong.add(item.path, typeFault(item.v, "object"))
				item.v = nil
			}
			items = append(items, item)
		}
	}
	return items, wrong
}

// direction returns an item's direction, which it must have.
func (f form) direction() string {
	if f.member("direction", filled) == nil {
		return ""
	}
	return f.choice("direction", directionCredit, directionDebit)
}

// refusedItem names the item that a refusal is about.
func (rq *request) refusedItem(err error) error {
	var e *engine.Error
	if !errors.As(err, &e) {
		return err
	}
	for i, field := range e.Fields {
		e.Fields[i] = strconv.Itoa(e.Item) + "." + field
	}
	if e.Code == engine.CodeExists {
		return rq.conflicting(e, &e.Item)
	}
	return e
}
