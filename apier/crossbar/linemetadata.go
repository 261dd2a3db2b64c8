package crossbar

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
	"purser/engine/ledger"
)

// callDoc is what portals expect of each line about minutes, as texts: without them their pages break. Source: clients,
// section 1.6.
type callDoc struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Direction string `json:"direction"`
}

// lineMetadata returns the metadata that the line which an entry was asked for shows: what came with the change. Over
// JSON-RPC that is all of ActionExtraData or ExtraFields, or the object that they name Metadata, and what portals
// expect of calls. Source: ledgers-and-services, sections 4.4 and 4.7.
func lineMetadata(l *ledger.Line) (map[string]jsontext.Value, error) {
	e := l.Entry
	members := stored(e.Facts.Metadata)
	if e.Origin.Face == faceName {
		return members, nil
	}
	members = metadataMeant(members)
	isCall := e.Op == engine.OpCharge && e.Facts.Destination != ""
	if !isCall && l.Source != ledger.PerMinute {
		return members, nil
	}
	call, err := json.Marshal(callDoc{l.Owner.Account, e.Facts.Destination, "outbound"}, sameJSON)
	shown := stored(call)
	maps.Copy(shown, members)
	return shown, err
}

// metadataMeant returns the members of the object that one of the members, called Metadata, is or is the text of; all
// members where there is none.
func metadataMeant(members map[string]jsontext.Value) map[string]jsontext.Value {
	for _, name := range slices.Sorted(maps.Keys(members)) { // of two spellings always the same one
		if !strings.EqualFold(name, "Metadata") {
			continue
		}
		raw := members[name]
		v, err := parseStored(raw)
		if err == nil && v.kind == jsontext.KindString {
			raw = jsontext.Value(v.text)
			v, err = parseStored(raw)
		}
		if err == nil && v.kind == jsontext.KindBeginObject {
			return stored(raw)
		}
	}
	return members
}
