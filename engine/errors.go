package engine

import (
	"errors"
	"fmt"
	"strings"

	"purser/engine/services"
)

// Code says what kind of refusal an [Error] is. Each face maps every code to
// its own words in one table; [Codes] lists them for the tests of those tables.
type Code string

// The codes.
const (
	CodeInternal            Code = "internal"             // a fault of ours: the text is for the log only
	CodeInvalid             Code = "invalid"              // an argument that can never be right
	CodeMissing             Code = "missing"              // mandatory arguments, named in Fields
	CodeLimit               Code = "limit"                // more than a setting allows
	CodeNotFound            Code = "not found"            // an account, timing, destination that is not there
	CodeExists              Code = "exists"               // it is there already
	CodeInUse               Code = "in use"               // what others depend on: a plan that is assigned
	CodeChanged             Code = "changed"              // it is not what the command's condition says, any more
	CodeInvalidBillingID    Code = "invalid billing id"   // who pays for an account is itself or its parent
	CodeMasterAccount       Code = "master account"       // what cannot be done to the root of the tree
	CodeHasDescendants      Code = "has descendants"      // what cannot be done while accounts are below
	CodeHasResellers        Code = "has resellers"        // what cannot be done while resellers are below
	CodeNothingDone         Code = "nothing done"         // a balance change that could not be made; Text says why
	CodeAccountNotFound     Code = "account not found"    // nobody to charge
	CodeAccountDisabled     Code = "account disabled"     // charging is switched off for the account
	CodeMaxUsage            Code = "max usage"            // more usage in one charge than its ToR allows
	CodeNoRatingPlan        Code = "no rating plan"       // a price is needed and there is none
	CodeNoPrice             Code = "no price"             // a rating profile is there, and no price for the destination
	CodePriceGap            Code = "price gap"            // usage runs into a time without a price
	CodeRefund              Code = "refund"               // more than charges took
	CodeBlocker             Code = "blocker"              // a blocker balance stopped the charge
	CodeInsufficientCredit  Code = "insufficient credit"  // not all of a forced duration can be paid
	CodeIdempotencyConflict Code = "idempotency conflict" // the key was used for another request
	CodeUnavailable         Code = "unavailable"          // nothing happened: the engine is stopping or has stopped
	CodeOutcomeUnknown      Code = "outcome unknown"      // it may or may not have happened: retry with the same key
)

// Codes lists every code.
var Codes = []Code{CodeInternal, CodeInvalid, CodeMissing, CodeLimit, CodeNotFound, CodeExists, CodeInUse,
	CodeChanged, CodeInvalidBillingID, CodeMasterAccount, CodeHasDescendants, CodeHasResellers, CodeNothingDone,
	CodeAccountNotFound, CodeAccountDisabled, CodeMaxUsage, CodeNoRatingPlan, CodeNoPrice, CodePriceGap,
	CodeRefund, CodeBlocker, CodeInsufficientCredit, CodeIdempotencyConflict, CodeUnavailable, CodeOutcomeUnknown}

// Error is a refusal. An entry may carry one (a list of changes that stopped
// half way), hence the CBOR keys.
type Error struct {
	Code   Code     `cbor:"1,keyasint"`
	Fields []string `cbor:"2,keyasint,omitempty"` // the arguments meant, in the order of the method's documentation
	Text   string   `cbor:"3,keyasint,omitempty"` // for people: what was wrong

	// Problems is all that is wrong with a document of services, of CodeInvalid.
	Problems services.Problems `cbor:"-"`

	// Item is which line of a batch is refused, from 0.
	Item int `cbor:"-"`

	// Entry is the entry that stands in the way of a ledger line (CodeExists), 0 for none.
	Entry uint64 `cbor:"-"`
}

// Error returns code, fields and text in one line.
func (e *Error) Error() string {
	s := string(e.Code)
	if len(e.Fields) > 0 {
		s += " [" + strings.Join(e.Fields, " ") + "]"
	}
	if e.Text != "" {
		s += ": " + e.Text
	}
	return s
}

// Is compares codes, so that errors.Is(err, &Error{Code: c}) finds any error of c.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// CodeOf returns the code of err, CodeInternal for an error without one.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// Missing says which mandatory arguments were not given.
func Missing(fields ...string) *Error { return &Error{Code: CodeMissing, Fields: fields} }

// wrongServices turns what is wrong with a document into a refusal. Other errors stay
// as they are.
func wrongServices(err error) error {
	var problems services.Problems
	if errors.As(err, &problems) {
		return &Error{Code: CodeInvalid, Text: problems.Error(), Problems: problems}
	}
	return err
}

func refuse(c Code, format string, args ...any) *Error {
	return &Error{Code: c, Text: fmt.Sprintf(format, args...)}
}
