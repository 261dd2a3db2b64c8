package main

import (
	"math/bits"
	"time"
)

// histogramDigits is the precision of a histogram in bits: 5 bits keep every
// value to within 1/32, about 3 %.
const histogramDigits = 5

// histogram counts durations in fixed buckets whose width grows with the
// value, as HdrHistogram does: adding one costs a few instructions and never
// allocates, whatever the number of requests.
type histogram struct {
	counts [(64 - histogramDigits + 1) << histogramDigits]uint64
	n      uint64
}

// add counts one duration; a negative one counts as 0.
func (h *histogram) add(d time.Duration) {
	h.counts[histogramBucket(uint64(max(d, 0)))]++
	h.n++
}

// merge adds all that other counted.
func (h *histogram) merge(other *histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.n += other.n
}

// quantile is the duration that the share q (0 to 1) of what was counted does
// not exceed, rounded up to the end of its bucket; 0 when nothing was counted.
func (h *histogram) quantile(q float64) time.Duration {
	rank, seen := uint64(q*float64(h.n)), uint64(0)
	for i, n := range h.counts {
		seen += n
		if n > 0 && seen >= rank {
			return time.Duration(histogramBucketEnd(i))
		}
	}
	return 0
}

// histogramBucket numbers the bucket of v: the values below 64 have one each,
// every doubling above has 32.
func histogramBucket(v uint64) int {
	if v < 1<<histogramDigits {
		return int(v)
	}
	shift := bits.Len64(v) - 1 - histogramDigits
	return shift<<histogramDigits + int(v>>shift)
}

// histogramBucketEnd is the largest value of bucket i.
func histogramBucketEnd(i int) uint64 {
	if i < 2<<histogramDigits {
		return uint64(i)
	}
	shift := i>>histogramDigits - 1
	return uint64(i-shift<<histogramDigits+1)<<shift - 1
}
