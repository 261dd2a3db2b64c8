package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"purser/engine"
	"purser/engine/services"
)

// Place is where an audit log stands among those of its account: they are in
// the order of places.
type Place struct {
	Created int64  // Gregorian second
	Seq     uint64 // of the entry that says it
	Part    int    // from 0, of one entry: an invoice each
}

// Compare orders places.
func (p Place) Compare(other Place) int {
	return cmp.Or(cmp.Compare(p.Created, other.Created), cmp.Compare(p.Seq, other.Seq), cmp.Compare(p.Part, other.Part))
}

// Log is one audit log: what an entry did to the services of an account, with
// one of the invoices that this gave.
type Log struct {
	Place
	Entry  *engine.Entry
	Change *engine.AccountServices
}

// Logs returns the audit logs of an account that an entry makes: one for each
// invoice, and one if there is no invoice. That an account is made is in the
// logs of those above it and not in its own.
func Logs(e *engine.Entry, owner engine.AccountID) []Log {
	if e.Services == nil {
		return nil
	}
	i := slices.IndexFunc(e.Services.Accounts, func(c engine.AccountServices) bool { return c.Account == owner })
	isMade := func(c engine.AccountChange) bool { return c.ID == owner && c.Made }
	if i < 0 || slices.ContainsFunc(e.Accounts, isMade) {
		return nil
	}
	change := &e.Services.Accounts[i]
	logs := make([]Log, max(1, len(change.Invoices)))
	for part := range logs {
		logs[part] = Log{Place{e.Created().Gregorian(), e.Seq, part}, e, change}
	}
	return logs
}

// Invoice returns the invoice of the log, nil if there is none.
func (l *Log) Invoice() *services.Invoice {
	if l.Part >= len(l.Change.Invoices) {
		return nil
	}
	return &l.Change.Invoices[l.Part]
}

// Status says how far the bookkeeper of the invoice is. Source:
// ledgers-and-services, 6.6.
func (l *Log) Status() string {
	if invoice := l.Invoice(); invoice != nil && !invoice.Bookkeeper.IsNobody() {
		return "pending" // whoever it is has not reported back: there is no way to
	}
	return "completed"
}

// The ID of a log is YYYYMM-, 16 hex digits of its owner and 16 of the number
// of its entry, in whose highest byte the part stands: a fetch is one read.
// Source: ledgers-and-services 10.3.
const (
	idMonthBytes = len("YYYYMM-")
	idPartBits   = 56
)

// ID returns the log's ID.
func (l *Log) ID() string {
	month := Time(l.Created).Format("200601-")
	number := l.Seq | uint64(l.Part)<<idPartBits
	id := ownerDigits(l.Change.Owner.ID) + hex.EncodeToString(binary.BigEndian.AppendUint64(nil, number))
	return month + id
}

// ParseID returns the number of the entry that has the log of an account with
// that ID, and false for what is no such ID. The log is the one of [Logs] that
// has the ID.
func ParseID(owner engine.HexID, id string) (seq uint64, ok bool) {
	if len(id) != idMonthBytes+32 {
		return 0, false
	}
	digits, ok := strings.CutPrefix(id[idMonthBytes:], ownerDigits(owner))
	number, err := strconv.ParseUint(digits, 16, 64)
	if !ok || err != nil {
		return 0, false
	}
	return number & (1<<idPartBits - 1), true
}

func ownerDigits(owner engine.HexID) string {
	sum := sha256.Sum256([]byte("audit/" + owner.String()))
	return hex.EncodeToString(sum[:8])
}

// Caller says who asked over JSON-RPC, in the words of an audit: the method
// and the address. The REST face says more itself, and nobody asked for what
// the daemon does when it starts. Source: ledgers-and-services, 6.5.
func Caller(o engine.Origin) services.Document {
	if o.Method == "" {
		return nil
	}
	request := services.Document(nil).With("method", services.Text(o.Method))
	if o.Peer != "" {
		request = request.With("client_ip", services.Text(o.Peer))
	}
	return services.Document(nil).With("crossbar_request", services.Flag(false)).With("request", services.Object(request))
}

// who returns the member audit of the log's document.
func (l *Log) who() (services.Document, error) {
	who := Caller(l.Entry.Origin)
	if given := l.Entry.Services.Who; given != nil {
		var err error
		if who, err = services.ParseDocument(given, services.Limits{}); err != nil {
			return nil, fmt.Errorf("audit: who asked for entry %d: %w", l.Seq, err)
		}
	}
	owner, cause := l.Change.Owner, l.Change.Owner
	if l.Change.Cause != nil {
		cause = *l.Change.Cause
	}
	kinds := make([]services.Value, len(l.Change.Kinds))
	for i, kind := range l.Change.Kinds {
		kinds[i] = services.Text(string(kind))
	}
	account := services.Document(nil).With("id", services.Text(owner.ID.String())).With("name", services.Text(owner.Name))
	changes := services.Document(nil).With("type", services.List(kinds...)).
		With("account_id", services.Text(cause.ID.String())).With("account_name", services.Text(cause.Name))
	return who.With("account", services.Object(account)).With("changes", services.Object(changes)), nil
}
