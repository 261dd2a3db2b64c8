package rating_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"purser/engine/rating"
)

// manyPrefixes is a tariff of 100,000 prefixes of 3 to 9 digits in 1,000
// destinations, and numbers of 12 digits to look up.
func manyPrefixes(b *testing.B) (*book, []string) {
	const destinations, prefixes = 1000, 100_000
	random := rand.New(rand.NewPCG(1, 2))
	prices := newBook()
	var ids, numbers []string
	for i := range destinations {
		ids = append(ids, fmt.Sprintf("DST_%d", i))
	}
	for len(prices.destinations) < prefixes {
		prefix := fmt.Sprint(random.IntN(1e9))
		if len(prefix) < 3 || prices.destinations[prefix] != nil {
			continue
		}
		prices.destinations[prefix] = []string{ids[random.IntN(destinations)]}
		if len(numbers) < 1024 {
			numbers = append(numbers, (prefix + "000000000")[:12])
		}
	}
	prices.plan(b, everyDay("P", rate("R", "0", slot("0.6", minute, second, 0)), ids...))
	prices.profile(b, rating.Any, from("2020-01-01T00:00:00Z", "P"))
	return prices, numbers
}

func BenchmarkPrice(b *testing.B) {
	small := tutorial(b)
	data := call("x", "", ten, 100<<30)
	data.ToR = "*data"
	small.plan(b, everyDay("BYTES", rate("R", "0", slot("0.02", 1<<20, 1, 0)), rating.Any))
	small.profile(b, "bytes", from("2020-01-01T00:00:00Z", "BYTES"))
	data.Subject = "bytes"
	small.plan(b, everyDay("MILLISECONDS", rate("R", "0", slot("0.6", minute, second/1000, 0)), "D_UK"))
	small.profile(b, "milliseconds", from("2020-01-01T00:00:00Z", "MILLISECONDS"))
	for _, c := range []struct {
		name string
		call rating.Call
	}{
		{"minute", call("x", "4420123", ten, minute)},
		{"72h-by-millisecond", call("milliseconds", "4420123", ten, 72*60*minute)},
		{"100GB-by-byte", data},
		{"two-slots", call("x", "447700123", ten, 90*second)},
		{"72h-with-timings", call("timed", "4930123", ten, 72*60*minute)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := rating.Price(small, c.call); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("prefixes=100000", func(b *testing.B) {
		prices, numbers := manyPrefixes(b)
		c := call("x", "", ten, minute)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			c.Destination = numbers[i%len(numbers)]
			if _, err := rating.Price(prices, c); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkNewIndex(b *testing.B) {
	prices, _ := manyPrefixes(b)
	p := prices.Plan("P").Plan
	b.ReportAllocs()
	for b.Loop() {
		rating.NewIndex(p)
	}
}
