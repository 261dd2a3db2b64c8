package crossbar

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"purser/engine"
	"purser/engine/services"
)

// problem is an answer that is an error. Source of statuses, words and data: ledgers-and-services, section 1.5.
type problem struct {
	status  int
	word    string // the envelope's message
	data    any
	verbs   []string // of a 405: what is allowed
	seconds int      // of a 429: when to come again
}

// Error returns the status and the word, for tests and logs.
func (p *problem) Error() string { return fmt.Sprintf("%d %s %v", p.status, p.word, p.data) }

// told is the data of a problem that has nothing but a text for people.
type told struct {
	Message string `json:"message"`
	Cause   string `json:"cause,omitzero"`
	Item    *int   `json:"item,omitempty"` // of a batch, from 0
}

func newProblem(status int, word, text string) *problem {
	return &problem{status: status, word: word, data: told{Message: text}}
}

// The words that more than one problem has.
const (
	wordConflict    = "datastore_conflict"
	wordUnavailable = "datastore_fault"
	wordFault       = "unspecified_fault"
	wordForbidden   = "forbidden"
)

// The problems that are always the same.
var (
	errCredentials    = newProblem(http.StatusUnauthorized, "invalid_credentials", "invalid credentials")
	errForbidden      = newProblem(http.StatusForbidden, wordForbidden, wordForbidden)
	errNoRoute        = newProblem(http.StatusNotFound, "not_found", "not found")
	errBodyIncomplete = newProblem(http.StatusRequestTimeout, "request_timeout", "the body did not arrive in time")
	errTooLarge       = newProblem(http.StatusRequestEntityTooLarge, "request_too_large", "request too large")
	errMediaType      = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type",
		"the body must be JSON, and not compressed")
	errDescendants  = newProblem(http.StatusConflict, "account_has_descendants", "account has descendants")
	errPrecondition = newProblem(http.StatusConflict, wordConflict, "the document is not the one that If-Match names")
	errFault        = newProblem(http.StatusInternalServerError, wordFault, "unspecified fault")
	errNoRoom       = newProblem(http.StatusServiceUnavailable, wordUnavailable,
		"too many requests are being read; nothing was done")
	// errGivenUp is the answer to a client that has hung up, for the metrics: nothing else ends a request's context.
	errGivenUp = newProblem(http.StatusRequestTimeout, "request_timeout", "the request was given up; nothing was done")
	errLocked  = &problem{status: http.StatusLocked, word: "locked",
		data: map[string]any{"account": faultsOf{"disabled": {message: "account disabled"}}}}
	errBodyNotJSON = &problem{status: http.StatusBadRequest, word: wordValidation,
		data: map[string]any{"json": faultsOf{"invalid": {message: "All JSON must be valid", target: "body"}}}}
)

func errVerb(allowed []string) *problem {
	p := newProblem(http.StatusMethodNotAllowed, "invalid_method", "method not allowed")
	p.verbs = allowed
	return p
}

// errTooMany asks to come again later: after so many failed logins, or while so many wait.
func errTooMany(seconds int) *problem {
	p := newProblem(http.StatusTooManyRequests, "too_many_requests", "too many requests")
	p.seconds = seconds
	return p
}

// errMalformedAccount is the answer to an account id that is no id. Kazoo has another word for it than for one that is
// not there.
func errMalformedAccount(id string) *problem {
	return newProblem(http.StatusNotFound, "bad identifier", fmt.Sprintf("invalid account_id '%s'", id))
}

// errIdentifier is the answer to the id of something that is not there.
func errIdentifier(id string) *problem {
	return &problem{status: http.StatusNotFound, word: "bad_identifier", data: told{Message: "bad identifier", Cause: id}}
}

// problemOf returns what a client is told of err. What is no problem and has no code of the engine is a fault of ours,
// of which clients learn nothing.
func problemOf(err error) *problem {
	var p *problem
	var e *engine.Error
	var wrong services.Problems
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return errGivenUp
	case errors.As(err, &wrong):
		return documentFaults(wrong)
	case !errors.As(err, &e):
		return errFault
	}
	if answer := engineAnswers[e.Code]; answer != nil {
		return answer(e)
	}
	return errFault
}

// engineAnswers says how each refusal of the engine is answered.
var engineAnswers = map[engine.Code]func(*engine.Error) *problem{
	engine.CodeInternal: func(*engine.Error) *problem { return errFault },
	engine.CodeInvalid:  invalidAnswer,
	engine.CodeMissing:  fieldFaults(codeRequired),
	engine.CodeLimit:    fieldFaults(codeMaximum),
	engine.CodeExists:   fieldFaults(codeUnique),
	engine.CodeMaxUsage: fieldFaults(codeMaximum),
	engine.CodeNotFound: func(e *engine.Error) *problem { return errIdentifier(firstField(e)) },
	engine.CodeInUse:    func(*engine.Error) *problem { return conflict("it is in use") },
	engine.CodeChanged:  func(*engine.Error) *problem { return errPrecondition },
	engine.CodeInvalidBillingID: func(*engine.Error) *problem {
		return &problem{status: http.StatusBadRequest, word: "invalid_billing_id",
			data: map[string]any{"billing_id": map[string]any{
				"invalid": "Requested billing id is not the parent of this account"}}}
	},
	engine.CodeMasterAccount:  func(*engine.Error) *problem { return errForbidden },
	engine.CodeHasDescendants: func(*engine.Error) *problem { return errDescendants },
	engine.CodeHasResellers:   func(*engine.Error) *problem { return errDescendants },
	engine.CodeNothingDone:    func(e *engine.Error) *problem { return conflict(e.Text) },
	engine.CodeAccountNotFound: func(e *engine.Error) *problem {
		return errIdentifier(firstField(e))
	},
	engine.CodeAccountDisabled: func(*engine.Error) *problem { return errLocked },
	engine.CodeNoRatingPlan:    func(*engine.Error) *problem { return conflict("there is no price for it") },
	engine.CodeNoPrice:         func(*engine.Error) *problem { return conflict("there is no price for it") },
	engine.CodePriceGap:        func(*engine.Error) *problem { return conflict("there is no price for a part of it") },
	engine.CodeRefund:          func(*engine.Error) *problem { return conflict("more than was charged") },
	engine.CodeBlocker:         func(*engine.Error) *problem { return errNoCredit },
	engine.CodeInsufficientCredit: func(*engine.Error) *problem {
		return errNoCredit
	},
	engine.CodeIdempotencyConflict: func(*engine.Error) *problem { return conflict("idempotency key reused") },
	engine.CodeUnavailable: func(*engine.Error) *problem {
		return newProblem(http.StatusServiceUnavailable, wordUnavailable, "datastore fatal error")
	},
	engine.CodeOutcomeUnknown: func(*engine.Error) *problem {
		return newProblem(http.StatusInternalServerError, wordFault,
			"it may or may not have happened: retry with the same Idempotency-Key")
	},
}

var errNoCredit = newProblem(http.StatusPaymentRequired, "no_credit", "not enough credit to perform action")

func conflict(text string) *problem { return newProblem(http.StatusConflict, wordConflict, text) }

func firstField(e *engine.Error) string {
	if len(e.Fields) == 0 {
		return ""
	}
	return e.Fields[0]
}

// fieldFaults answers with the same fault at each field that an engine error names. One that names none cannot be
// shown at a field of the body: it is a conflict with what is there.
func fieldFaults(code string) func(*engine.Error) *problem {
	return func(e *engine.Error) *problem {
		if len(e.Fields) == 0 {
			return conflict(e.Text)
		}
		var wrong faults
		for _, field := range e.Fields {
			f := fault{code: code, message: e.Text}
			if f.message == "" || code == codeUnique { // whoever has it already is none of the caller's business
				f.message = faultTexts[code]
			}
			wrong.add(field, f)
		}
		return wrong.problem()
	}
}
