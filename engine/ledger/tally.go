package ledger

import (
	"encoding/binary"

	"purser/engine/amount"
)

// tally adds lines up.
type tally struct {
	count            int
	amount, quantity amount.Amount
}

func (t tally) plus(u tally) tally {
	return tally{t.count + u.count, t.amount.Add(u.amount), t.quantity.Add(u.quantity)}
}

func (t tally) less(u tally) tally {
	return tally{t.count - u.count, t.amount.Sub(u.amount), t.quantity.Sub(u.quantity)}
}

// tallies are tallies by kind, those at the end left out that count nothing.
type tallies []tally

// at returns the tally of a kind.
func (t tallies) at(kind int) tally {
	if kind < len(t) {
		return t[kind]
	}
	return tally{}
}

// add counts a record.
func (t *tallies) add(r *record) {
	for len(*t) <= r.kind {
		*t = append(*t, tally{})
	}
	sum := &(*t)[r.kind]
	sum.count++
	sum.amount = sum.amount.Add(r.amount)
	sum.quantity = sum.quantity.Add(amount.FromInt(r.quantity))
}

// less returns the tallies without those of u, which counts a part of them.
func (t tallies) less(u tallies) tallies {
	rest := make(tallies, len(t))
	for kind := range t {
		rest[kind] = t[kind].less(u.at(kind))
	}
	return rest
}

// total returns the sum of all amounts.
func (t tallies) total() (sum amount.Amount) {
	for kind := range t {
		sum = sum.Add(t[kind].amount)
	}
	return sum
}

func (t tallies) count() (n int) {
	for kind := range t {
		n += t[kind].count
	}
	return n
}

func appendTally(b []byte, t tally) []byte {
	b = binary.AppendUvarint(b, uint64(t.count))
	return appendAmount(appendAmount(b, t.amount), t.quantity)
}

func (r *reader) tally() tally { return tally{r.count(), r.amount(), r.amount()} }

func appendTallies(b []byte, t tallies) []byte {
	for kind := range t {
		b = appendTally(b, t[kind])
	}
	return b
}

// parseTallies reads what appendTallies wrote.
func parseTallies(data []byte) (t tallies, err error) {
	const least = 5 // bytes of a tally
	t = make(tallies, 0, len(data)/least)
	r := reader{data: data}
	for r.more() {
		t = append(t, r.tally())
	}
	return t, r.err
}
