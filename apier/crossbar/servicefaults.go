package crossbar

import (
	"purser/engine"
	"purser/engine/services"
)

// invalidAnswer answers what the engine finds wrong: with a document of services all of it.
func invalidAnswer(e *engine.Error) *problem {
	if len(e.Problems) > 0 {
		return documentFaults(e.Problems)
	}
	return fieldFaults(codeInvalid)(e)
}

// documentFaults shows what is wrong with a document of services at its fields.
func documentFaults(list services.Problems) *problem {
	var wrong faults
	for i := range list {
		p := &list[i]
		wrong.add(p.Path, fault{code: string(p.Code), message: p.Message, target: repeated(p.Target),
			value: repeated(p.Value)})
	}
	return wrong.problem()
}

// repeated returns a value as an error repeats it, nil for none or one that is long.
func repeated(v services.Value) any {
	const most = 128
	if v.IsZero() || len(v.AppendJSON(nil)) > most {
		return nil
	}
	return v
}
