package rpcjson

import (
	"runtime/debug"
	"time"
)

// take decodes a frame and serves what it asks for: one request, or a batch, whose answers are always JSON-RPC 2.0.
// An error says that the frame is not JSON; nothing of it was served.
func (l *link) take(frame []byte) error {
	if frame[0] == '[' {
		return l.takeBatch(frame)
	}
	r, bad := l.dec.decode(frame, l.dialect)
	if bad != nil {
		return bad
	}
	if r.isResponse() {
		l.client.codec.deliver(r)
		return nil
	}
	l.serveRequest(r, l.dialect, 0)
	return nil
}

func (l *link) takeBatch(frame []byte) error {
	dia := max(l.dialect, lenient)
	items, fail := splitBatch(frame, l.server.opts.BatchMax)
	switch {
	case fail == nil:
	case fail.code == codeParse:
		return fail
	default:
		l.push(l.newFailure(fail, dia))
		return nil
	}
	for i, item := range items {
		part := batchItem
		if i == 0 {
			part |= batchFirst
		}
		if i == len(items)-1 {
			part |= batchLast
		}
		r, bad := l.dec.decode(item, dia)
		if bad != nil { // cannot be, the whole batch was read; but then its item must still have its place
			r = &request{fail: bad}
		}
		l.serveRequest(r, dia, part)
	}
	return nil
}

// serveRequest gives the request its place in the order of answers, and has it served.
func (l *link) serveRequest(r *request, dia dialect, part batchPart) {
	c := l.newCall(r, dia, part)
	l.push(c)
	l.dispatch(c, r)
}

// newCall makes the call of a request on this link.
func (l *link) newCall(r *request, dia dialect, part batchPart) *Call {
	c := &Call{link: l, method: r.method, dialect: dia, batch: part}
	if r.id != nil {
		c.id = append(c.idRoom[:0], r.id...) // the frame is about to be overwritten
	}
	// A notification of JSON-RPC 2.0 (section 4.1) is a request without id. One that is no valid request is answered.
	c.silent = dia != cgrates && !r.hasID && (r.fail == nil || r.fail.code != codeInvalidRequest)
	if l.server.opts.Observe != nil {
		c.begun = time.Now()
	}
	l.server.inFlight.Add(1)
	return c
}

// newFailure makes a call that is answered already: the report of what is no request at all.
func (l *link) newFailure(f *fault, dia dialect) *Call {
	c := l.newCall(&request{hasID: true}, dia, 0)
	c.settle(nil, f)
	return c
}

// dispatch hands a call to its method, or answers it when the request is not to be served. It returns when Serve does.
func (l *link) dispatch(c *Call, r *request) {
	if r.fail != nil {
		c.Fail(r.fail)
		return
	}
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		l.server.opts.Log.Error("panic in a method", "method", c.methodName(), "face", l.face, "panic", p,
			"stack", string(debug.Stack()))
		c.settle(nil, &fault{codeInternal, textServerError})
	}()
	c.method.Serve(c, r.args)
}

// done counts a call out that was answered.
func (l *link) done() { l.server.inFlight.Add(-1) }
