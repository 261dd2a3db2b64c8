package crossbar

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
	"purser/engine/audit"
)

// readAudit calls fn with the service audit, within a snapshot.
func (rq *request) readAudit(fn func(Audit) error) error {
	o := &rq.face.opts
	if o.Audit == nil {
		return errors.New("crossbar: Options.Audit is not set")
	}
	return o.Engine.Read(rq.ctx, func(engine.State) error { return fn(o.Audit) })
}

// listAudit shows the audit logs of a time, the newest first, whole with details=true.
// Source: ledgers-and-services, section 7.4.
func (f *Face) listAudit(rq *request) (*reply, error) {
	w, err := rq.window(windowBack)
	if err != nil {
		return nil, err
	}
	fs, err := rq.filters()
	if err != nil {
		return nil, err
	}
	p, err := rq.paging(rq.route.path+" "+rq.account.ID.String(), false, fs)
	if err != nil {
		return nil, err
	}
	if p.whole { // each log is looked up in the journal, and may be large
		p.size = min(p.size, f.opts.PageSizeMax)
	}
	from, to, err := p.places(w)
	if err != nil {
		return nil, err
	}
	var places []audit.Place
	err = rq.readAudit(func(a Audit) (err error) {
		places, err = a.AuditLogs(rq.account.Account.ID, from, to, p.ascending, p.limit())
		return err
	})
	if err != nil {
		return nil, err
	}
	r, err := pageOf(&p, places, placeKey)
	if err != nil {
		return nil, err
	}
	places, _ = r.data.([]audit.Place)
	logs, err := rq.logs(places)
	if err != nil {
		return nil, err
	}
	return rq.auditReply(r, logs, fs)
}

// auditItem is an audit log as a list shows it.
type auditItem struct {
	*audit.Log
	whole bool
}

// MarshalJSONTo writes the log, or what lists show of it.
func (l auditItem) MarshalJSONTo(e *jsontext.Encoder) error {
	if l.whole {
		return l.Log.MarshalJSONTo(e)
	}
	return json.MarshalEncode(e, l.Listed())
}

// auditReply makes logs the data of a page.
func (rq *request) auditReply(r *reply, logs []audit.Log, fs filters) (*reply, error) {
	items := make([]auditItem, len(logs))
	for i := range logs {
		items[i] = auditItem{&logs[i], rq.asks("details")}
	}
	r, err := keepPassing(r, items, fs)
	if err != nil {
		return nil, err
	}
	items, _ = r.data.([]auditItem)
	r.table = func() table { return auditTable(items) }
	return r, nil
}

// auditTable has a row for each log. It has no room for details.
func auditTable(items []auditItem) table {
	t := table{columns: []string{"ID", "Status", "Type", "Today", "Recurring", "Created"}}
	for _, item := range items {
		l := item.Listed()
		kinds := make([]string, len(l.Type))
		for i, kind := range l.Type {
			kinds[i] = string(kind)
		}
		row := []string{l.ID, l.Status, strings.Join(kinds, " "), "", "", strconv.FormatInt(l.Created, 10)}
		if l.Summary != nil {
			row[3], row[4] = l.Summary.Today.String(), l.Summary.Recurring.String()
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// placeKey is the key of an audit log in its list.
func placeKey(at audit.Place) string {
	return string(binary.BigEndian.AppendUint32([]byte(entryKey(at.Created, at.Seq)), uint32(at.Part)))
}

// parsePlaceKey reads what placeKey wrote.
func parsePlaceKey(key string) (at audit.Place, ok bool) {
	const head = 16
	if len(key) != head+4 {
		return audit.Place{}, false
	}
	at.Created, at.Seq, ok = parseEntryKey(key[:head])
	at.Part = int(binary.BigEndian.Uint32([]byte(key[head:])))
	return at, ok
}

// places returns the first and the last place that a page may have.
func (p *paging) places(w window) (from, to audit.Place, err error) {
	from = audit.Place{Created: w.from}
	to = audit.Place{Created: min(w.to, gregorianMax), Seq: math.MaxUint64, Part: math.MaxInt}
	if p.after == "" {
		return from, to, nil
	}
	at, ok := parsePlaceKey(p.after)
	if !ok {
		return from, to, errCursor()
	}
	behind := at
	switch {
	case p.ascending:
		if behind.Part++; behind.Compare(from) > 0 {
			from = behind
		}
		return from, to, nil
	case at.Part > 0:
		behind.Part--
	default: // no entry has the number 0
		behind.Seq, behind.Part = max(at.Seq, 1)-1, math.MaxInt
	}
	if behind.Compare(to) < 0 {
		to = behind
	}
	return from, to, nil
}

// logs returns the audit logs of these places.
func (rq *request) logs(places []audit.Place) ([]audit.Log, error) {
	logs := make([]audit.Log, 0, len(places))
	var ofEntry []audit.Log
	for _, at := range places {
		if len(ofEntry) == 0 || ofEntry[0].Seq != at.Seq {
			var err error
			if ofEntry, err = rq.logsOf(at.Seq); err != nil {
				return nil, err
			}
		}
		if at.Part < len(ofEntry) {
			logs = append(logs, ofEntry[at.Part])
		}
	}
	return logs, nil
}

// errEnough ends the reading of a journal.
var errEnough = errors.New("crossbar: enough")

// logsOf returns the audit logs of the path's account that an entry makes, none where there is no such entry.
func (rq *request) logsOf(seq uint64) ([]audit.Log, error) {
	e, err := rq.entry(seq)
	if err != nil || e == nil {
		return nil, err
	}
	return audit.Logs(e, rq.account.Account.ID), nil
}

// entry returns an entry of the journal, nil where there is none of that number.
func (rq *request) entry(seq uint64) (found *engine.Entry, err error) {
	err = rq.face.opts.Engine.Journal(rq.ctx, seq, func(e *engine.Entry) error {
		if e.Seq == seq {
			found = e
		}
		return errEnough
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return found, err
}

// getAudit shows one audit log. Source: ledgers-and-services, section 7.5.
func (f *Face) getAudit(rq *request) (*reply, error) {
	id := rq.vars["AUDIT_ID"]
	seq, ok := audit.ParseID(rq.account.ID, id)
	if !ok {
		return nil, errIdentifier(id)
	}
	logs, err := rq.logsOf(seq)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(logs, func(l audit.Log) bool { return l.ID() == id })
	if i < 0 {
		return nil, errIdentifier(id)
	}
	return &reply{data: &logs[i]}, nil
}
