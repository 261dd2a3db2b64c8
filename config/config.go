package config

import (
	"net/netip"
	"time"
)

// Config is the whole configuration of one daemon. Load makes it; its String
// form is a YAML file that shows every setting except secrets.
type Config struct {
	Listen      Listen
	TLS         TLS
	Roles       Roles
	HTTP        HTTP
	Store       Store
	REST        REST
	Audit       Audit
	Services    Services
	Ledgers     Ledgers
	TariffPlan  TariffPlan
	General     General
	Idempotency Idempotency
	Limits      Limits
	Charging    Charging
	Notify      Notify
	Memory      Memory
	Log         Log
	Stop        Stop
}

// Listen holds the listeners' addresses, each host:port. An empty address turns
// the listener off; port 0 takes any free port.
type Listen struct {
	// JSON is JSON-RPC over TCP, CGRateS dialect. Default 127.0.0.1:2012.
	JSON string
	// BiJSON is JSON-RPC over TCP in both directions. Default 127.0.0.1:2014.
	BiJSON string
	// HTTP serves POST /jsonrpc and POST /rpc. Default 127.0.0.1:2080.
	HTTP string
	// REST serves /v2, Kazoo dialect. Default 127.0.0.1:8000.
	REST string
	// Allow lists the networks whose peers any listener accepts. Default empty:
	// any peer, which is why only loopback or TLS listeners may start then.
	Allow []netip.Prefix
}

// TLS names PEM files. With Cert and Key set every listener speaks TLS.
type TLS struct {
	// Cert is the certificate chain's file. Default empty: no TLS.
	Cert string
	// Key is the private key's file. Default empty: no TLS.
	Key string
	// ClientCA is the file of the authorities whose client certificates are
	// required. Default empty: clients need no certificate.
	ClientCA string
}

// Roles says, per listener, what its peers may do: any of read, charge, topup
// and admin. Default all four, the listeners being loopback. An empty list
// refuses every method.
type Roles struct {
	JSON, BiJSON, HTTP []string
}

// HTTP guards the HTTP listeners against browsers that were led astray.
type HTTP struct {
	// Hosts are the names accepted in the Host header of both HTTP listeners,
	// besides localhost and loopback addresses. Default empty.
	Hosts []string
	// Origins are the browser origins (scheme://host[:port]) that may call
	// listen.http, where no token is asked for. Default empty: a request with an
	// Origin header is refused. REST has its own list.
	Origins []string
}

// Store places and sizes the embedded store.
type Store struct {
	// Dir is the data directory, made with mode 0700 when absent. Default purser-data.
	Dir string
	// CheckpointAccounts is the number of changed accounts that starts a
	// checkpoint. Default 400000, at least 1.
	CheckpointAccounts int
	// CheckpointEntries is the number of journal entries behind the last
	// checkpoint that starts one; it bounds the replay at start. Default 400000,
	// at least 1.
	CheckpointEntries int
	// CacheBytes is how much of the accounts, encoded, is kept in memory beside
	// those that have changed since the last checkpoint. Bytes, default 469762048
	// (448 MiB), at least 1.
	CacheBytes int
}

// Ledgers configures what ledgers show, on all faces.
type Ledgers struct {
	// DenyNegative refuses a debit of the REST face that would leave an account
	// with less than no money. Default false, as in Kazoo.
	DenyNegative bool
	// Currency is the unit of lines about money. Default USD.
	Currency string
	// DataUnit is the unit of lines about *data. Default bytes.
	DataUnit string
}

// Audit configures the service audit.
type Audit struct {
	// UsageSources are the sources of ledger lines whose usage its days show.
	// Default per-minute-voip and mobile_data.
	UsageSources []string
}

// Services configures the services of accounts.
type Services struct {
	// Categories are what services/editable offers for overriding, with their
	// items. Default: those of Kazoo 5 that do not belong to one of its
	// applications, and accounts.
	Categories Categories
}

// REST configures the Kazoo face.
type REST struct {
	// MasterAPIKey is the master account's API key, 64 hexadecimal digits; one
	// that has changed replaces the old one at the next start. Default empty: the
	// daemon makes one at the first start and shows it once.
	MasterAPIKey Secret
	// Origins are the browser origins whose pages may call. Default empty: any,
	// as in Kazoo: nothing is done without a token, which no browser sends by itself.
	Origins []string
	// RealmSuffix ends the realm that is made for an account without one. Default
	// sip.internal, in the domain that ICANN keeps for private use.
	RealmSuffix string
	// TokenTTL is how long a login token is good for. Default 1h.
	TokenTTL time.Duration
	// Tokens bounds the login tokens; beyond it the oldest ends. Default 100000.
	Tokens int
	// TokensPerAccount bounds those of one account. Default 1000.
	TokensPerAccount int
	// LoginFailures is how often logging in may fail within a minute, from one
	// address or for one account, before 429 is answered. Default 10.
	LoginFailures int
	// BodyBytes bounds the body of one request. Bytes, default 8000000, at most
	// BodiesBytes.
	BodyBytes int
	// BodiesBytes bounds the bodies of all requests being served. Bytes, default
	// 268435456 (256 MiB).
	BodiesBytes int
	// Values bounds the objects, lists, texts and numbers of one body. Default 100000.
	Values int
	// TextBytes bounds one text of a body. Bytes, default 4096.
	TextBytes int
	// Filters bounds the filters of one list. Default 20.
	Filters int
	// PageSize is how many items a page has when the request does not say.
	// Default 50, at most PageSizeMax.
	PageSize int
	// PageSizeMax bounds what a request can say. Default 1000.
	PageSizeMax int
	// Waiting bounds the requests that wait for an entry of a journal; beyond it
	// 429 is answered. Default 1000.
	Waiting int
	// JournalEntries bounds the entries that one request for a journal looks at.
	// Default 100000.
	JournalEntries int
	// JournalBytes bounds the entries of one reply; the last of them may go
	// beyond. Bytes, default 8000000.
	JournalBytes int
	// LedgerBalanceID is the ID of the money balance that credits and debits of
	// the REST face change; made on first use. Default *ledger.
	LedgerBalanceID string
	// SelfTopUp lets any account top itself up, and whoever is above it top it up.
	// Default false: there is no card that pays, so only its reseller may.
	SelfTopUp bool
	// TestClock lets the master account set the clock that billing periods are
	// computed with; for tests only. Default false.
	TestClock bool
}

// TariffPlan names the only place from which RPC calls may load files.
type TariffPlan struct {
	// Dir is the root of the folders that may be loaded. Default empty: loading
	// by RPC is off.
	Dir string
}

// General holds what belongs to no single part.
type General struct {
	// DefaultTenant is the tenant of a request that names none. Default
	// cgrates.org, never empty.
	DefaultTenant string
}

// Idempotency configures the memory for retries.
type Idempotency struct {
	// Keep is how long a key and its reply are kept; a retry after that is
	// applied again. Default 48h, more than 0.
	Keep time.Duration
}

// Limits bounds all that a client can make grow. Zero is refused for each: it
// would refuse every request, and "no limit" does not exist.
type Limits struct {
	// RequestBytes bounds one request. Bytes, default 1048576.
	RequestBytes int
	// Depth bounds the nesting of one JSON document. Levels, default 32.
	Depth int
	// InFlight bounds the requests of one connection that wait for an answer.
	// Default 256; beyond it the connection is not read.
	InFlight int
	// Connections bounds the open connections. Default 10000.
	Connections int
	// ConnectionsPerPeer bounds the open connections of one IP address. Default 1024.
	ConnectionsPerPeer int
	// RequestTime bounds the time from a request's first byte to its last.
	// Default 10s; an idle connection may stay open.
	RequestTime time.Duration
	// WriteTime bounds the time a peer may take to accept an answer. Default 10s.
	WriteTime time.Duration
	// Batch bounds the requests of one JSON-RPC batch. Default 100.
	Batch int
	// BatchBytes bounds the answers of one batch, in bytes: behind that it has no
	// more long ones. Default 67108864.
	BatchBytes int
	// LongAnswers bounds the long answers, such as lists of all accounts, that
	// are in memory at a time, of JSON-RPC and as many of REST. Default 16.
	LongAnswers int
	// Queue bounds the commands that wait for the writer, of all connections.
	// Default 4096.
	Queue int
	// Group bounds the commands of one commit. Default 1024.
	Group int
	// List bounds the accounts in the answer to one list request. Default 100000.
	List int
	// NameBytes bounds a tenant, account, balance ID and every other name.
	// Bytes, default 128, at most 4096.
	NameBytes int
	// Balances bounds the balances of one account. Default 1000.
	Balances int
	// Prefixes bounds the prefixes of one destination. Default 100000.
	Prefixes int
	// Places bounds the destinations, and as many timings. Default 100000.
	Places int
	// Triggers bounds the action triggers of one account, and of one group.
	// Default 32.
	Triggers int
	// Actions bounds the actions under one ID. Default 32.
	Actions int
	// Tariff bounds the things of the whole tariff: destinations, timings, plans,
	// profiles, groups, actions, triggers and stored rows. Default 1000000.
	Tariff int
	// Members bounds the accounts of one shared group. Default 1000.
	Members int
	// TreeDepth bounds the accounts above another one. Default 32, at most 255.
	TreeDepth int
	// Users bounds the users of one account. Default 100.
	Users int
	// ServiceAccounts bounds the accounts that have services. Default 1000000.
	ServiceAccounts int
	// ServicePlans bounds the service plans of all resellers together. Default 10000.
	ServicePlans int
	// AuditItems bounds the items whose quantities the service audit of one account
	// has ever seen change. Default 1000.
	AuditItems int
	// RefundItems bounds the increments of one refund. Default 10000.
	RefundItems int
	// MetadataBytes bounds the metadata and extra data of one command. Bytes,
	// default 65536.
	MetadataBytes int
	// LineTextBytes bounds the source ID and the description of a ledger's
	// line. Bytes, default 4096.
	LineTextBytes int
	// LineKinds bounds the kinds of lines (source, usage type and unit) of one
	// ledger. Default 256.
	LineKinds int
	// LedgerBatch bounds the lines of one batch. Default 500.
	LedgerBatch int
}

// Charging configures the charging calls.
type Charging struct {
	MaxUsage MaxUsage
}

// MaxUsage is the most that one authorisation may grant, by type of record. Zero
// is refused: it would refuse every call.
type MaxUsage struct {
	// Voice is in nanoseconds. Default 72h.
	Voice Units
	// Data is in bytes. Default 107374182400 (100 GiB).
	Data Units
	// SMS is in messages. Default 10000.
	SMS Units
	// MMS is in messages. Default 10000.
	MMS Units
	// Other, for any other type of record, is in nanoseconds. Default 189h.
	Other Units
}

// Notify configures who is told when a trigger fires: addresses that an action
// such as *http_post names, and peers of listen.bijson that have subscribed.
type Notify struct {
	// Allow lists the beginnings of the addresses that may be posted to. Default
	// empty: nothing is posted.
	Allow []string
	// Timeout is how long a server or peer may take to answer. Default 5s.
	Timeout time.Duration
	// GiveUp is how long a notification is tried again. Default 1h.
	GiveUp time.Duration
	// Pending bounds the notifications that wait in memory; the others wait in
	// the journal. Default 1024.
	Pending int
	// Subscribers bounds the subscriptions, one for each connection and tenant.
	// Default 100.
	Subscribers int
}

// Memory configures the garbage collector. The environment variables GOGC and
// GOMEMLIMIT, where set, win.
type Memory struct {
	// SoftLimit is what the collector tries to keep all of Go's memory below,
	// by working harder near it. Bytes, default 939524096 (896 MiB). The mapped
	// pages of the store's files come on top.
	SoftLimit int
}

// Log configures the log on standard error.
type Log struct {
	// Level is debug, info, warn or error. Default info.
	Level string
	// Format is text or json. Default text.
	Format string
}

// Stop configures the end of the daemon.
type Stop struct {
	// Timeout is how long a stop waits until all accepted requests are
	// answered. Default 5s, more than 0.
	Timeout time.Duration
}

// Units counts a usage: nanoseconds where time is charged, else bytes or
// messages. A setting of this type is an integer or a duration such as 72h.
type Units int64

// Secret is a text that no output shows: every print, log and JSON form of it
// says only whether it is set. A conversion to string gives the text itself.
type Secret string

// String returns "" for an empty secret and "(set)" for any other.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(set)"
}

// GoString returns the same as String, so that %#v shows no more than %v.
func (s Secret) GoString() string { return s.String() }

// MarshalText returns the same as String, for JSON and structured logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
