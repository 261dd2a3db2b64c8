package engine

import "hash/maphash"

// words shares the texts that entries repeat (faces, methods, tenants,
// names of balances) among the entries of one group: most of a decoder's
// memory was copies of them. It has a fixed number of places, one for each
// text that hashes to it, and the newest text takes the place; what is shared
// is the text alone, never the body it stood in.
type words struct {
	seed  maphash.Seed
	texts [64]string
}

func newWords() *words { return &words{seed: maphash.MakeSeed()} }

// text returns b as a string.
func (w *words) text(b []byte) string {
	if w == nil || len(b) == 0 {
		return string(b)
	}
	place := &w.texts[maphash.Bytes(w.seed, b)%uint64(len(w.texts))]
	if *place != string(b) {
		*place = string(b)
	}
	return *place
}
