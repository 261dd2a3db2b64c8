package crossbar

import (
	"github.com/go-json-experiment/json"

	"purser/engine"
)

const headerIfMatch = "If-Match"

// doIfMatch makes a change unless what show gives of the tree is not, any more, what If-Match names. The engine looks
// where it decides the change, so nothing comes between, and a repeated request is answered as it was.
// Source: ledgers-and-services, section 13.
func (rq *request) doIfMatch(c engine.Change, show func(engine.Tree) (any, error)) (engine.Result, error) {
	cmd, err := rq.command(c)
	if err != nil {
		return engine.Result{}, err
	}
	if wanted := rq.http.Header.Get(headerIfMatch); wanted != "" {
		cmd.If = func(t engine.Tree) (bool, error) {
			data, err := show(t)
			if err != nil {
				return false, err
			}
			b, err := json.Marshal(data, sameJSON)
			if err != nil { // a fault of this face, which is no reason for the engine to end
				return false, &engine.Error{Code: engine.CodeInternal, Text: err.Error()}
			}
			return matches(wanted, revisionOf(b)), nil
		}
	}
	return rq.face.opts.Engine.Do(rq.ctx, cmd)
}
