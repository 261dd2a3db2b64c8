package apier

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"purser/engine"
	"purser/rpcjson"
)

// Texts that clients compare with. Source: cgrates-apier, section 3; cgrates-charging, section 2.3.
const (
	textServerError       = "SERVER_ERROR"
	textMissing           = "MANDATORY_IE_MISSING"
	textNotFound          = "NOT_FOUND"
	textPartiallyExecuted = "PARTIALLY_EXECUTED"
	textUnsupportedTime   = "Unsupported time format"
)

// wireText says what a client reads for each code of the engine, and wireDetail which of them say more behind it.
var wireText = map[engine.Code]string{
	engine.CodeInternal:            textServerError,
	engine.CodeInvalid:             textServerError,
	engine.CodeMissing:             textMissing,
	engine.CodeLimit:               textServerError,
	engine.CodeNotFound:            textNotFound,
	engine.CodeExists:              "EXISTS",
	engine.CodeInUse:               "IN_USE",
	engine.CodeChanged:             textServerError,
	engine.CodeInvalidBillingID:    textServerError,
	engine.CodeMasterAccount:       textServerError,
	engine.CodeHasDescendants:      textServerError,
	engine.CodeHasResellers:        textServerError,
	engine.CodeNothingDone:         textPartiallyExecuted,
	engine.CodeAccountNotFound:     "ACCOUNT_NOT_FOUND",
	engine.CodeAccountDisabled:     "ACCOUNT_DISABLED",
	engine.CodeMaxUsage:            "MAX_USAGE_EXCEEDED",
	engine.CodeNoRatingPlan:        "RATING_PLAN_NOT_FOUND",
	engine.CodeNoPrice:             "UNAUTHORIZED_DESTINATION",
	engine.CodePriceGap:            "timespan with no rate interval assigned",
	engine.CodeRefund:              "REFUND_EXCEEDS_DEBIT",
	engine.CodeBlocker:             "INSUFFICIENT_CREDIT_BALANCE_BLOCKER",
	engine.CodeInsufficientCredit:  "INSUFFICIENT_CREDIT",
	engine.CodeIdempotencyConflict: "IDEMPOTENCY_CONFLICT",
	engine.CodeUnavailable:         textServerError,
	engine.CodeOutcomeUnknown:      textServerError,
}

var wireDetail = map[engine.Code]bool{
	engine.CodeInvalid: true, engine.CodeMissing: true, engine.CodeLimit: true,
	engine.CodeUnavailable: true, engine.CodeOutcomeUnknown: true, engine.CodeRefund: true,
	engine.CodeMasterAccount: true, engine.CodeHasDescendants: true, engine.CodeInvalidBillingID: true,
}

// wireError is the text of an answer that is an error.
type wireError string

// Error returns the text.
func (e wireError) Error() string { return string(e) }

// exceptions are the codes that one method answers in other words than the rest.
type exceptions map[engine.Code]wireError

// transferExceptions: TransferBalance reports its refusals as faults of the server. Source: cgrates-apier, section 9.5.
var transferExceptions = exceptions{engine.CodeNothingDone: textServerError + ": " + textPartiallyExecuted}

// triggersExceptions: so do the methods about triggers and actions, SetAccount among them. Source: cgrates-apier,
// sections 3 and 9.13.
var triggersExceptions = exceptions{engine.CodeNotFound: textServerError + ": " + textNotFound}

// wire returns what a client reads for err.
func (x exceptions) wire(err error) wireError {
	var e *engine.Error
	var known wireError
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return textServerError + ": the request was given up, nothing happened"
	case !errors.As(err, &e):
		return textServerError
	}
	if text, ok := x[e.Code]; ok {
		return text
	}
	if e.Code == engine.CodeNotFound && len(e.Fields) > 0 {
		return wireError(textNotFound + ":" + strings.Join(e.Fields, ":"))
	}
	text := wireText[e.Code]
	if text == "" {
		text = textServerError
	}
	if wireDetail[e.Code] {
		text += detail(e)
	}
	return wireError(text)
}

// detail says which arguments, and what is wrong with them.
func detail(e *engine.Error) string {
	fields := strings.Join(e.Fields, " ")
	switch {
	case e.Code == engine.CodeMissing:
		return ": [" + fields + "]"
	case fields == "" && e.Text == "":
		return ": " + string(e.Code)
	case fields == "":
		return ": " + e.Text
	}
	return ": " + fields + ": " + e.Text
}

// invalid is the error for an argument that can never be right.
func invalid(field, format string, args ...any) error {
	return &engine.Error{Code: engine.CodeInvalid, Fields: []string{field}, Text: fmt.Sprintf(format, args...)}
}

// missing returns the error for mandatory arguments that are empty, nil when none is. It takes names and values in
// turn, in the order in which the error lists them. Source: cgrates-apier, section 3.
func missing(namesAndValues ...string) error {
	var empty []string
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if namesAndValues[i+1] == "" {
			empty = append(empty, namesAndValues[i])
		}
	}
	if empty == nil {
		return nil
	}
	return engine.Missing(empty...)
}

// fail answers c with err.
func (s *service) fail(c *rpcjson.Call, err error, x exceptions) { c.Fail(s.told(c, err, x)) }

// told is what c's client is told of err. What it is not told goes to the log: the text of an internal fault, and why a
// balance change was not made.
func (s *service) told(c *rpcjson.Call, err error, x exceptions) wireError {
	text := x.wire(err)
	switch {
	case text == textServerError:
		s.log.Error("request failed", "method", c.Method(), "peer", c.Peer(), "err", err)
	case engine.CodeOf(err) == engine.CodeNothingDone:
		s.log.Debug("nothing done", "method", c.Method(), "peer", c.Peer(), "err", err)
	}
	return text
}
