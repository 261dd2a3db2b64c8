package store

import (
	"purser/engine"
	"purser/engine/ledger"
)

// hot keeps the accounts used last as the engine has them, so that those in
// use all the time are neither decoded nor encoded. A hash has a set of two
// places.
type hot struct {
	sets []set // a power of two of them
}

type set struct {
	places [2]held
	last   int // the one used last: the other goes when a place is wanted
}

// held is an account, or one that is known not to be there.
type held struct {
	id      engine.AccountID
	account *engine.Account // nil: there is none
	book    ledger.Book     // outlives the account
	taken   bool            // this is no free place
	fresh   bool            // not changed since it was read
	changed bool            // rows do not have it yet
	counted bool            // among those that have changed since the last checkpoint began
}

// newHot has a place for every 16 KiB that encoded accounts may take, as a
// decoded one costs the collector about as much as a hundred of these, and not
// more places than can be encoded in 20 ms when a checkpoint begins.
func newHot(cacheBytes int) hot {
	const mostSets = 1 << 14
	sets := 1
	for sets < mostSets && sets*2*(16<<10) < cacheBytes {
		sets *= 2
	}
	return hot{make([]set, sets)}
}

// find returns the place of an account, nil when it is not there.
func (h *hot) find(hash uint64, id engine.AccountID) *held {
	set := &h.sets[(hash>>32)%uint64(len(h.sets))]
	for i := range set.places {
		if at := &set.places[i]; at.taken && at.id == id {
			set.last = i
			return at
		}
	}
	return nil
}

// add puts an account there, and returns its place and what had to go.
func (h *hot) add(hash uint64, a held) (at *held, gone held) {
	set := &h.sets[(hash>>32)%uint64(len(h.sets))]
	set.last = 1 - set.last
	at = &set.places[set.last]
	gone, *at = *at, a
	return at, gone
}
