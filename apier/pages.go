package apier

import (
	"purser/engine"
	"purser/rpcjson"
)

// pages is a list that is read page by page: a long one is not a snapshot of one moment, each of its pages is.
type pages interface {
	// page returns the next items, and whether there are more.
	page(st engine.State) (items answerList, more bool, err error)
}

// pageAccounts is how many accounts are looked at in one go: a few hundred microseconds for which the engine's writer
// decides nothing.
const pageAccounts = 500

// list answers c with a list; x are the errors that its method names in its own words. The first page is queued before
// list returns, so that it shows every change that the connection asked for earlier. The others follow, with commands
// of others between them, when the answer's turn to be written has come: until then a list takes the memory of one
// page.
func (s *service) list(c *rpcjson.Call, x exceptions, p pages) {
	var first answerList
	var more bool
	err := s.Engine.View(c.Context(), func(st engine.State) (err error) {
		first, more, err = p.page(st)
		return err
	}, func(err error) {
		switch {
		case err != nil:
			s.fail(c, err, x)
		case more:
			c.Reply(rpcjson.Long(func(b []byte) ([]byte, error) { return s.appendPages(c, x, b, first, p) }))
		default:
			c.Reply(first)
		}
	})
	if err != nil {
		s.fail(c, err, x)
	}
}

// appendPages appends a list whose first page is read.
func (s *service) appendPages(c *rpcjson.Call, x exceptions, b []byte, items answerList, p pages) ([]byte, error) {
	b = append(b, '[')
	begin := len(b)
	for more := true; ; {
		var err error
		if b, err = items.appendItems(b, len(b) > begin); err != nil {
			return nil, s.told(c, err, x)
		}
		if !more {
			return append(b, ']'), nil
		}
		err = s.Engine.Read(c.Context(), func(st engine.State) (err error) {
			items, more, err = p.page(st)
			return err
		})
		if err != nil {
			return nil, s.told(c, err, x)
		}
	}
}

// answerList is written as a JSON list.
type answerList []rpcjson.Appender

// AppendJSON implements [rpcjson.Appender].
func (l answerList) AppendJSON(b []byte) ([]byte, error) {
	b, err := l.appendItems(append(b, '['), false)
	return append(b, ']'), err
}

// appendItems appends the items one after the other, behind others or not.
func (l answerList) appendItems(b []byte, behind bool) (_ []byte, err error) {
	for i, item := range l {
		if i > 0 || behind {
			b = append(b, ',')
		}
		if b, err = item.AppendJSON(b); err != nil {
			return b, err
		}
	}
	return b, nil
}
