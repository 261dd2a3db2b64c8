package engine

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"purser/engine/cborwire"
)

// Tariffs are rarely written and have many members, so they are encoded by
// their tags, in the same deterministic form as the rest.

// item adds a member that is encoded by its tags.
func (e *encoder) item(m cborwire.Map, key byte, v any) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err == nil {
		var data []byte
		if data, err = mode.Marshal(v); err == nil {
			e.Key(m, key)
			e.Item(data)
			return
		}
	}
	if e.err == nil {
		e.err = fmt.Errorf("member %d: %w", key, err)
	}
}

// item reads what the encoder's item wrote, and nothing else.
func (d *decoder) item(v any) {
	data := d.Item()
	mode, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		IndefLength:       cbor.IndefLengthForbidden,
		MaxArrayElements:  1 << 24,
		UTF8:              cbor.UTF8DecodeInvalid, // as the hand-written decoder
	}.DecMode()
	if err == nil && d.Err() == nil {
		err = mode.Unmarshal(data, v)
	}
	if err != nil {
		d.Fail(err)
	}
}
