package rpcjson

import "bytes"

// Long is a result that may be very long. It appends one JSON value to b, as an [Appender] does, but only when its turn
// to be written has come, and while fewer than Options.LongAnswersMax others are in memory: so a connection holds one
// of them, however many it has asked for. Until then it may wait, also for the engine. Its error is answered as by
// [Call.Fail].
type Long func(b []byte) ([]byte, error)

// isLong tells whether an answered call has a long result.
func (c *Call) isLong() bool {
	_, ok := c.result.(Long)
	return ok
}

// long makes the text of a long result when there is room for one. The room is taken until all is written.
func (a *answers) long(c *Call, l Long) error {
	if c.batch != 0 && a.buf.Len()-a.ready > a.opts.BatchBytesMax {
		return errBatchLong
	}
	if !a.holds {
		if err := a.room.Acquire(c.link.ctx, 1); err != nil {
			return err
		}
		a.holds = true
	}
	text, err := l(a.buf.AvailableBuffer())
	if err == nil {
		a.buf.Write(text)
	}
	return err
}

// release gives the memory of what was written back, and the room of long answers.
func (a *answers) release() {
	if a.buf.Len() > 0 { // a batch in work
		return
	}
	if a.buf.Cap() > 2*bufferKept {
		a.buf = bytes.Buffer{}
	}
	a.giveRoom()
}

// giveRoom gives the room of long answers back, also where the end of a batch is never written.
func (a *answers) giveRoom() {
	if a.holds {
		a.room.Release(1)
		a.holds = false
	}
}
