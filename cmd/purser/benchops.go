package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// benchAccountsMax is the most accounts a bench can have: seven digits.
const benchAccountsMax = 10_000_000

// requestTemplate is one request encoded beforehand. Sending it is a copy and
// two numbers of fixed width written over it: the account's and the id's.
type requestTemplate struct {
	text    []byte
	account int // offset of the account's seven digits
	id      int // offset of the id's six digits
}

// Places of the numbers in a template. The id starts with 1 because a JSON
// number has no leading zero.
const (
	accountPlace  = `"Account":"b`
	accountDigits = 7
	idPlace       = `"id":1`
	idDigits      = 5
)

// newRequestTemplate encodes a call of method with one argument, a JSON object
// that names the account b0000000.
func newRequestTemplate(method, argument string) requestTemplate {
	text := []byte(fmt.Sprintf(`{"method":%q,"params":[%s],"id":100000}`+"\n", method, argument))
	return requestTemplate{
		text:    text,
		account: bytes.Index(text, []byte(accountPlace)) + len(accountPlace),
		id:      bytes.LastIndex(text, []byte(idPlace)) + len(idPlace),
	}
}

// append adds the request for an account and a slot of the pipeline to buf.
func (t *requestTemplate) append(buf []byte, account, slot int) []byte {
	start := len(buf)
	buf = append(buf, t.text...)
	writeDigits(buf[start+t.account:], accountDigits, account)
	writeDigits(buf[start+t.id:], idDigits, slot)
	return buf
}

// writeDigits writes n as exactly width decimal digits.
func writeDigits(dst []byte, width, n int) {
	for i := width - 1; i >= 0; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
}

// benchOp is one kind of load.
type benchOp struct {
	name   string
	about  string
	mix    []requestTemplate // each request is one of these, all equally often
	setup  benchSetup
	wanted float64 // least share of the yardstick's rate; 0: none stated
}

// The requests of the bench, in the nested dialect. One voice second is 1e9
// units; the balance set before the run pays for a million seconds, more than
// any run can use of one account.
func setMonetaryRequest() requestTemplate {
	return newRequestTemplate("APIerSv1.SetBalance", `{"Tenant":"cgrates.org","Account":"b0000000",`+
		`"BalanceType":"*monetary","Value":100,"Balance":{"ID":"bench"}}`)
}

func setVoiceRequest() requestTemplate {
	return newRequestTemplate("APIerSv1.SetBalance", `{"Tenant":"cgrates.org","Account":"b0000000",`+
		`"BalanceType":"*voice","Value":1000000000000000,"Balance":{"ID":"voice"}}`)
}

func addRequest() requestTemplate {
	return newRequestTemplate("APIerSv1.AddBalance", `{"Tenant":"cgrates.org","Account":"b0000000",`+
		`"BalanceType":"*monetary","Value":1,"Balance":{"ID":"bench"}}`)
}

func debitRequest(tenant string) requestTemplate {
	return newRequestTemplate("Responder.Debit", `{"Tenant":"`+tenant+`","Category":"call","Account":"b0000000",`+
		`"Destination":"1002","ToR":"*voice","TimeStart":"2026-01-14T10:00:00Z","TimeEnd":"2026-01-14T10:00:01Z"}`)
}

// benchOps lists the kinds of load. A new one is a new row.
func benchOps() []benchOp {
	add, debit := addRequest(), debitRequest("cgrates.org")
	return []benchOp{
		{name: "add", about: "AddBalance of 1 to a monetary balance", wanted: 0.70,
			mix: []requestTemplate{add}, setup: unitsSetup()},
		{name: "debit", about: "Responder.Debit of one voice second", wanted: 0.50,
			mix: []requestTemplate{debit}, setup: unitsSetup()},
		{name: "rated", about: "Responder.Debit of one second, priced and paid from money", wanted: 0.40,
			mix: []requestTemplate{debitRequest(ratedTenant)}, setup: ratedSetup()},
		{name: "mixed", about: "four debits for each add",
			mix: []requestTemplate{debit, debit, debit, debit, add}, setup: unitsSetup()},
		{name: "set", about: "SetBalance of a monetary balance",
			mix: []requestTemplate{setMonetaryRequest()}, setup: unitsSetup()},
	}
}

// benchOpNamed finds a kind of load by its name.
func benchOpNamed(name string) (benchOp, error) {
	ops, names := benchOps(), []string(nil)
	for _, op := range ops {
		names = append(names, op.name)
	}
	if i := slices.Index(names, name); i >= 0 {
		return ops[i], nil
	}
	return benchOp{}, usageErrorf("bench: there is no --op %s; there are %s", name, strings.Join(names, ", "))
}

// requestSource appends the next request of a connection, for a slot of its
// pipeline, to buf; false when there are no more.
type requestSource func(buf []byte, slot int) ([]byte, bool)

// random is an endless source of requests to random accounts. The same seed
// and stream give the same requests.
func (op benchOp) random(accounts int, seed, stream uint64) requestSource {
	rng := rand.New(rand.NewPCG(seed, stream))
	return func(buf []byte, slot int) ([]byte, bool) {
		template := &op.mix[0]
		if len(op.mix) > 1 {
			template = &op.mix[rng.IntN(len(op.mix))]
		}
		return template.append(buf, rng.IntN(accounts), slot), true
	}
}

// preparation is the source of one of conns connections that together send
// these requests for every account.
func preparation(templates []requestTemplate, accounts, conn, conns int) requestSource {
	account, next := conn, 0
	return func(buf []byte, slot int) ([]byte, bool) {
		if account >= accounts {
			return buf, false
		}
		buf = templates[next].append(buf, account, slot)
		if next++; next == len(templates) {
			account, next = account+conns, 0
		}
		return buf, true
	}
}
