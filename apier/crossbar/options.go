package crossbar

import (
	"crypto/rand"
	"io"
	"log/slog"
	"time"

	"purser/engine/ledger"
	"purser/engine/services"
)

// Options of the face. A zero field takes the default that its comment names.
type Options struct {
	// Engine keeps the accounts. It must be set.
	Engine Engine
	// DefaultTenant is the tenant of the engine's account behind a new account. Default "cgrates.org".
	DefaultTenant string
	// Audit is the service audit. Without it reading it is a fault.
	Audit Audit
	// UsageSources are the sources of ledgers whose usage the days of the service audit show. Default per-minute-voip
	// and mobile_data. Source: ledgers-and-services, 8.1.
	UsageSources []string
	// ServiceCategories are what services/editable offers for overriding. Default services.DefaultCategories.
	ServiceCategories []services.Category
	// SelfTopUp lets whoever reaches an account top it up, itself included. Default off: no card pays for it here, so only
	// its reseller may. Source: ledgers-and-services, 7.11.
	SelfTopUp bool
	// Ledger opens ledgers. Without it they are faults.
	Ledger OpenLedger
	// LedgerUnits are the names of units that lines show.
	LedgerUnits ledger.Units
	// LedgerSources are what clients are told of sources. Default: those of Kazoo.
	LedgerSources []LedgerSource
	// Version and Node are what each envelope shows. Default "devel" and "purser".
	Version, Node string

	// BodyBytesMax bounds the body of a request, in bytes. Default 8,000,000. Source: ledgers-and-services, 1.2.
	BodyBytesMax int
	// BodiesBytesMax bounds the bodies of all requests being served, in bytes. Default 256 MiB. Beyond it a request is
	// answered with status 503.
	BodiesBytesMax int
	// DepthMax bounds the nesting of objects and lists in a body. Default 32.
	DepthMax int
	// ValuesMax bounds the objects, lists, texts and numbers in a body. Default 100,000.
	ValuesMax int
	// TextBytesMax bounds a text in a form, in bytes. Default 4096. Source: ledgers-and-services, 11.
	TextBytesMax int
	// FiltersMax bounds the filters of one list. Default 20.
	FiltersMax int
	// PageSize is how many items a page has when a request does not say. Default 50.
	PageSize int
	// PageSizeMax bounds what a request can say. Default 1000.
	PageSizeMax int
	// ListMax bounds a list without pages. Default 100,000.
	ListMax int
	// WholeListsMax bounds the lists without pages that are in memory at a time. Default 16. Others wait until one of
	// them is written.
	WholeListsMax int

	// Waiting are the requests that wait for entries of a journal. Without it waiting is a fault.
	Waiting *Waiting
	// JournalEntriesMax bounds the entries that one request for a journal looks at. Default 100,000.
	JournalEntriesMax int
	// JournalBytesMax bounds the entries in its reply, in bytes; the last of them may go beyond. Default 8,000,000.
	JournalBytesMax int

	// RequestTimeout is how long a body may take to arrive. Default 10 s.
	RequestTimeout time.Duration
	// WriteTimeout is how long a client may leave an answer unread. Default 10 s.
	WriteTimeout time.Duration

	// TokenTTL is how long a login token is good for. Default 1 h. Source: ledgers-and-services, 1.3.
	TokenTTL time.Duration
	// TokensMax bounds the login tokens. Default 100,000. Beyond it the oldest ends.
	TokensMax int
	// TokensPerAccountMax bounds those of one account. Default 1000. Beyond it its oldest ends.
	TokensPerAccountMax int
	// LoginFailuresMax is how often logging in may fail within a minute from one address or for one account. Default
	// 10. Then 429 is answered, for 1 minute, twice as long each time that it happens again, at most for
	// LoginDelayMax.
	LoginFailuresMax int
	// LoginDelayMax is the longest such time. Default 15 min.
	LoginDelayMax time.Duration
	// LoginNamesMax bounds the addresses and accounts whose failures are counted. Default 100,000.
	LoginNamesMax int
	// LoginsAtOnceMax bounds the passwords being checked at a time, since each takes a processor. Default 2.
	LoginsAtOnceMax int
	// PasswordRounds is the cost of a new password's hash in rounds of PBKDF2-SHA-256. Default 600,000.
	PasswordRounds int

	// Hosts are the names that the HTTP header Host may carry besides localhost, loopback addresses and the address
	// that the request came in on. Default none. It keeps a browser from being led here by DNS rebinding.
	Hosts []string
	// Origins are the origins whose pages may send requests; nil, the default, stands for all, as in Kazoo. No cookie
	// authorises anything here, so a page gets no further than its token does.
	Origins []string
	// TestClock lets the header X-Purser-Time set the time of a request, in Gregorian seconds. Default off. Whoever
	// may write can then write into the past.
	TestClock bool

	// Now is the clock. Default time.Now.
	Now func() time.Time
	// After tells when a time has passed. Default time.After.
	After func(time.Duration) <-chan time.Time
	// Random is where tokens, keys, ids and salts come from; it must be safe for concurrent use. Default
	// crypto/rand.Reader.
	Random io.Reader
	// Log gets what clients are not told. Default: nothing is logged.
	Log *slog.Logger
	// Observe is called after each answer, from many goroutines, and must not block. Default: not called.
	Observe func(Observation)
}

// Observation tells of one answered request.
type Observation struct {
	Verb   string // as served: a tunnelled verb, or "other": never text of a client
	Route  string // the path's template, "" when there is no such route
	Status int    // HTTP status
	Took   time.Duration
}

func (o Options) withDefaults() Options {
	o.DefaultTenant = given(o.DefaultTenant, "cgrates.org")
	o.Version = given(o.Version, "devel")
	o.Node = given(o.Node, "purser")
	o.BodyBytesMax = given(o.BodyBytesMax, 8_000_000)
	o.BodiesBytesMax = given(o.BodiesBytesMax, 256<<20)
	o.DepthMax = given(o.DepthMax, 32)
	o.ValuesMax = given(o.ValuesMax, 100_000)
	o.TextBytesMax = given(o.TextBytesMax, 4096)
	o.FiltersMax = given(o.FiltersMax, 20)
	o.PageSize = given(o.PageSize, 50)
	o.PageSizeMax = given(o.PageSizeMax, 1000)
	o.ListMax = given(o.ListMax, 100_000)
	o.WholeListsMax = given(o.WholeListsMax, 16)
	o.JournalEntriesMax = given(o.JournalEntriesMax, 100_000)
	o.JournalBytesMax = given(o.JournalBytesMax, 8_000_000)
	o.RequestTimeout = given(o.RequestTimeout, 10*time.Second)
	o.WriteTimeout = given(o.WriteTimeout, 10*time.Second)
	o.TokenTTL = given(o.TokenTTL, time.Hour)
	o.TokensMax = given(o.TokensMax, 100_000)
	o.TokensPerAccountMax = given(o.TokensPerAccountMax, 1000)
	o.LoginFailuresMax = given(o.LoginFailuresMax, 10)
	o.LoginDelayMax = given(o.LoginDelayMax, 15*time.Minute)
	o.LoginNamesMax = given(o.LoginNamesMax, 100_000)
	o.LoginsAtOnceMax = given(o.LoginsAtOnceMax, 2)
	o.PasswordRounds = given(o.PasswordRounds, 600_000)
	if o.UsageSources == nil {
		o.UsageSources = []string{ledger.PerMinute, "mobile_data"}
	}
	if o.ServiceCategories == nil {
		o.ServiceCategories = services.DefaultCategories()
	}
	if o.LedgerSources == nil {
		o.LedgerSources = defaultLedgerSources()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(Observation) {}
	}
	return o
}

// given returns v unless it is zero.
func given[T comparable](v, byDefault T) T {
	var zero T
	if v == zero {
		return byDefault
	}
	return v
}
