package apier

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

func TestEveryCodeHasAWireText(t *testing.T) {
	for _, code := range engine.Codes {
		require.NotEmpty(t, wireText[code], "code %s", code)
	}
	require.Len(t, wireText, len(engine.Codes))
}

func TestErrorsBecomeTheTextsOfCGRateS(t *testing.T) {
	for _, test := range []struct {
		err  error
		want wireError
	}{
		{engine.Missing("Account", "BalanceType"), "MANDATORY_IE_MISSING: [Account BalanceType]"},
		{engine.Missing("BalanceID or BalanceUUID"), "MANDATORY_IE_MISSING: [BalanceID or BalanceUUID]"},
		{&engine.Error{Code: engine.CodeNotFound, Text: "account x"}, "NOT_FOUND"},
		{&engine.Error{Code: engine.CodeNothingDone, Text: "why"}, "PARTIALLY_EXECUTED"},
		{&engine.Error{Code: engine.CodeExists, Text: "x"}, "EXISTS"},
		{&engine.Error{Code: engine.CodeInvalid, Fields: []string{"Value"}, Text: "bad"}, "SERVER_ERROR: Value: bad"},
		{&engine.Error{Code: engine.CodeLimit, Text: "too much"}, "SERVER_ERROR: too much"},
		{&engine.Error{Code: engine.CodeUnavailable}, "SERVER_ERROR: unavailable"},
		{&engine.Error{Code: engine.CodeOutcomeUnknown, Text: "retry"}, "SERVER_ERROR: retry"},
		{&engine.Error{Code: engine.CodeIdempotencyConflict, Text: "x"}, "IDEMPOTENCY_CONFLICT"},
		{&engine.Error{Code: engine.CodeInternal, Text: "secret"}, "SERVER_ERROR"},
		{&engine.Error{Code: "never heard of", Text: "secret"}, "SERVER_ERROR"},
		{fmt.Errorf("wrapped: %w", engine.Missing("ID")), "MANDATORY_IE_MISSING: [ID]"},
		{fmt.Errorf("bolt: %w", errors.New("secret")), "SERVER_ERROR"},
		{wireError("Unsupported time format"), "Unsupported time format"},
		{fmt.Errorf("wrapped: %w", context.Canceled), "SERVER_ERROR: the request was given up, nothing happened"},
	} {
		require.Equal(t, test.want, exceptions(nil).wire(test.err), "%v", test.err)
	}
	refusal := &engine.Error{Code: engine.CodeNothingDone}
	require.EqualValues(t, "SERVER_ERROR: PARTIALLY_EXECUTED", transferExceptions.wire(refusal))
	require.EqualValues(t, "SERVER_ERROR: NOT_FOUND", triggersExceptions.wire(errNotFound))
}

// broken is an engine whose state cannot be read.
type broken struct{ sink }

func (b *broken) View(_ context.Context, _ func(engine.State) error, done func(error)) error {
	done(errors.New("page 7 is damaged"))
	return nil
}

func TestInternalFaultsGoToTheLogAndNotToTheClient(t *testing.T) {
	f := start(t, func(o *Options) { o.Engine = &broken{sink{engine.DefaultRules()}} })
	f.play([2]string{`APIerSv2.GetAccount {"Account": "1001"}`, fails("SERVER_ERROR")})
	require.Contains(t, f.log.String(), "page 7 is damaged")
	require.Contains(t, f.log.String(), "level=ERROR")
}

func TestWhyNothingWasDoneIsInTheLog(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.SetAccount {"Account": "1001"}`, isOK},
		[2]string{`APIerSv1.RemoveBalances {"Account": "1001", "BalanceType": "*sms"}`, fails("PARTIALLY_EXECUTED")})
	require.Contains(t, f.log.String(), "has no such *sms balance")
}
