package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// benchSetup is what a load needs on the daemon before it starts.
type benchSetup struct {
	calls    []benchCall       // sent once, in this order
	accounts []requestTemplate // sent for each account
}

// benchCall is a request with its argument.
type benchCall struct{ method, argument string }

// run makes the calls; the first that fails ends it.
func (s benchSetup) run(ctx context.Context, d dialer) (err error) {
	c := &client{dialer: d}
	defer func() { err = errors.Join(err, c.close()) }()
	for _, call := range s.calls {
		if _, err := c.call(ctx, call.method, jsontext.Value(call.argument)); err != nil {
			return fmt.Errorf("bench: %s: %w", call.method, err)
		}
	}
	return nil
}

// unitsSetup gives each account a voice and a monetary balance.
func unitsSetup() benchSetup {
	return benchSetup{accounts: []requestTemplate{setVoiceRequest(), setMonetaryRequest()}}
}

// ratedTenant has the accounts of the rated load, which have money only, and
// the one rating profile of the bench: prices reach no other tenant.
const ratedTenant = "rated.bench"

// ratedSetup loads a plan of one rate, 0.60 for 60 s by the second, and gives
// each account money for a hundred million seconds.
func ratedSetup() benchSetup {
	return benchSetup{
		calls: []benchCall{
			{"APIerSv1.SetTPDestination", `{"TPid":"bench","ID":"BENCH_DST","Prefixes":["10"]}`},
			{"APIerSv1.SetTPRate", `{"TPid":"bench","ID":"BENCH_RT","RateSlots":[{"ConnectFee":0,"Rate":0.60,` +
				`"RateUnit":"60s","RateIncrement":"1s","GroupIntervalStart":"0s"}]}`},
			{"APIerSv1.SetTPDestinationRate", `{"TPid":"bench","ID":"BENCH_DR","DestinationRates":[` +
				`{"DestinationId":"BENCH_DST","RateId":"BENCH_RT","RoundingMethod":"*up","RoundingDecimals":4}]}`},
			{"APIerSv1.SetTPRatingPlan", `{"TPid":"bench","ID":"BENCH_RP","RatingPlanBindings":[` +
				`{"DestinationRatesId":"BENCH_DR","TimingId":"*any","Weight":10}]}`},
			{"APIerSv1.LoadRatingPlan", `{"TPid":"bench","RatingPlanId":"BENCH_RP"}`},
			{"APIerSv1.SetTPRatingProfile", `{"TPid":"bench","ID":"bench","Tenant":"` + ratedTenant + `","Category":"call",` +
				`"Subject":"*any","RatingPlanActivations":[{"ActivationTime":"2020-01-01T00:00:00Z","RatingPlanId":"BENCH_RP"}]}`},
			{"APIerSv1.LoadRatingProfile", `{"TPid":"bench","Tenant":"` + ratedTenant + `","Category":"call","Subject":"*any"}`},
		},
		accounts: []requestTemplate{newRequestTemplate("APIerSv1.SetBalance", `{"Tenant":"`+ratedTenant+`",`+
			`"Account":"b0000000","BalanceType":"*monetary","Value":1000000,"Balance":{"ID":"bench"}}`)},
	}
}
