package rpcjson

import (
	"log/slog"
	"time"
)

// Options bounds what clients can ask for. A zero field takes the default that its comment names.
type Options struct {
	// RequestBytesMax bounds one request, one batch and one HTTP body, in bytes. Default 1 MiB. A longer request is
	// skipped and answered with an error.
	RequestBytesMax int
	// BufferBytesMax bounds what the server holds of all requests longer than 16 KiB that it is reading, HTTP bodies
	// included, in bytes. Default 256 MiB. A request that finds no room is refused, on HTTP with status 503.
	BufferBytesMax int
	// DepthMax bounds the nesting of objects and lists in a request, its own braces included. Default 32.
	DepthMax int
	// InFlightMax bounds the requests of one connection that wait for their answer. Default 256. Beyond it the
	// connection is not read. It also bounds the calls to one peer that wait for an answer.
	InFlightMax int
	// ConnsMax bounds the open connections of all TCP faces together. Default 10,000. More are closed at once.
	ConnsMax int
	// ConnsPerPeerMax bounds the open connections of one address, loopback included. Default 256.
	ConnsPerPeerMax int
	// BatchMax bounds the requests in one batch. Default 100. A longer batch is refused as a whole.
	BatchMax int
	// BatchBytesMax bounds the answers of one batch, in bytes. Default 64 MiB. Behind that it has no more long ones.
	BatchBytesMax int
	// LongAnswersMax bounds the long answers, such as lists of all accounts, that are in memory at a time. Default 16.
	// Others wait until one of them is written.
	LongAnswersMax int
	// IDBytesMax bounds the id of a request, which is kept until the answer is written, in bytes. Default 1024.
	IDBytesMax int
	// MethodNameMax bounds what an error repeats of an unknown method's name, in characters. Default 128.
	MethodNameMax int

	// RequestTimeout is how long a request that has begun may take to be complete. Default 10 s. Connections may be
	// idle between requests for ever.
	RequestTimeout time.Duration
	// WriteTimeout is how long a peer may leave an answer unread. Default 10 s. Then its connection is closed.
	WriteTimeout time.Duration
	// StopTimeout is how long accepted requests may take to be answered once the server stops. Default 4 s.
	StopTimeout time.Duration

	// Hosts are the names that the HTTP header Host may carry besides localhost, loopback addresses and the
	// address that the request came in on. Default none. It keeps a browser from being led here by DNS rebinding.
	Hosts []string
	// Origins are the origins, such as "https://portal.example.org", whose pages may send requests. Default none.
	Origins []string

	// Log gets what an operator should know. Default: nothing is logged.
	Log *slog.Logger
	// Observe is called after each answer, from many goroutines, and must not block. Default: not called.
	Observe func(Observation)
}

// Observation tells of one answered request.
type Observation struct {
	Method string        // the registered name, or "unknown": never text of a client
	Face   string        // FaceTCP, FaceBidi or FaceHTTP
	Peer   string        // IP address
	Err    error         // what was answered, with text of the client perhaps; nil for a result
	Took   time.Duration // from the request being complete to the answer being encoded
}

// unknownMethod is the Method of an Observation about a request that named no registered method.
const unknownMethod = "unknown"

func (o Options) withDefaults() Options {
	o.RequestBytesMax = positive(o.RequestBytesMax, 1<<20)
	o.BufferBytesMax = positive(o.BufferBytesMax, 256<<20)
	o.DepthMax = positive(o.DepthMax, 32)
	o.InFlightMax = positive(o.InFlightMax, 256)
	o.ConnsMax = positive(o.ConnsMax, 10_000)
	o.ConnsPerPeerMax = positive(o.ConnsPerPeerMax, 256)
	o.BatchMax = positive(o.BatchMax, 100)
	o.BatchBytesMax = positive(o.BatchBytesMax, 64<<20)
	o.LongAnswersMax = positive(o.LongAnswersMax, 16)
	o.IDBytesMax = positive(o.IDBytesMax, 1024)
	o.MethodNameMax = positive(o.MethodNameMax, 128)
	o.RequestTimeout = positive(o.RequestTimeout, 10*time.Second)
	o.WriteTimeout = positive(o.WriteTimeout, 10*time.Second)
	o.StopTimeout = positive(o.StopTimeout, 4*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func positive[T int | time.Duration](v, byDefault T) T {
	if v > 0 {
		return v
	}
	return byDefault
}
