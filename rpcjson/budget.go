package rpcjson

import "sync/atomic"

// budget is the memory that all connections together may use for long requests. Without it, a thousand connections
// that each send most of the longest request allowed would take gigabytes.
type budget struct{ left atomic.Int64 }

// take takes n bytes, or none when fewer are left. A negative n gives back.
func (b *budget) take(n int) bool {
	if n <= 0 || b.left.Add(int64(-n)) >= 0 {
		b.give(max(-n, 0))
		return true
	}
	b.give(n)
	return false
}

// give gives n bytes back.
func (b *budget) give(n int) { b.left.Add(int64(n)) }

// beyondKept is the part of a buffer that counts: what is beyond what each connection may keep.
func beyondKept(size int) int { return max(0, size-bufferKept) }
