package tariffplan

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine/amount"
	"purser/engine/rating"
)

// loadedPrices is a set as an engine that loaded it would show it.
type loadedPrices struct{ *Set }

func (p loadedPrices) Profile(tenant, category, subject string) *rating.Profile {
	for i, have := range p.Profiles {
		if have.Key() == rating.Key(tenant, category, subject) {
			return &p.Profiles[i]
		}
	}
	return nil
}

func (p loadedPrices) Plan(id string) *rating.Index {
	for i := range p.Plans {
		if p.Plans[i].ID == id {
			return rating.NewIndex(&p.Plans[i])
		}
	}
	return nil
}

func (p loadedPrices) DestinationsOf(prefix string) []string {
	var ids []string
	for _, d := range p.Destinations {
		if slices.Contains(d.Prefixes, prefix) {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// The comments of the tutorial say what usage costs; so it does.
func TestTheTutorialCostsWhatItSays(t *testing.T) {
	set, _ := folder(t, tutorialPlan)
	wednesday := time.Date(2026, 1, 14, 12, 0, 0, 0, time.UTC)
	const minute = int64(time.Minute)
	for _, c := range []struct {
		about, category, subject, destination string
		at                                    time.Time
		units                                 int64
		cost                                  string
	}{
		{"peak", "call", "1001", "4930", wednesday, minute, "0.6"},
		{"evening", "call", "1001", "4930", wednesday.Add(8 * time.Hour), minute, "0.24"},
		{"into the evening", "call", "1001", "4930", wednesday.Add(6*time.Hour - 30*time.Second), minute, "0.42"},
		{"weekend", "call", "1001", "4930", wednesday.AddDate(0, 0, 3), minute, "0.24"},
		{"gold", "call", "gold", "4930", wednesday, minute, "0.24"},
		{"mobile, 61 s", "call", "1001", "491701", wednesday, minute + int64(time.Second), "1.015"},
		{"mobile, 1 s", "call", "1001", "491701", wednesday, int64(time.Second), "1"},
		{"abroad, 61 s", "call", "1001", "331", wednesday, minute + int64(time.Second), "2.45"},
		{"free", "call", "1001", "498001", wednesday, minute, "0"},
		{"two messages", "sms", "1001", "4930", wednesday, 2, "0.16"},
		{"a MiB", "data", "1001", "", wednesday, 1 << 20, "0.02"},
		{"a MiB, gold", "data", "gold", "", wednesday, 1 << 20, "0.01"},
	} {
		spans, err := spansOf(set, c.category, c.subject, c.destination, c.at, c.units)
		require.NoError(t, err, c.about)
		cost := spans[0].Rate.ConnectFee
		for _, s := range spans {
			cost = cost.Add(s.Cost(0, s.Length))
		}
		require.Zero(t, cost.Cmp(number(t, c.cost)), "%s: %s, want %s", c.about, cost, c.cost)
	}
	_, err := spansOf(set, "call", "1001", "1", wednesday, minute)
	require.ErrorIs(t, err, rating.ErrNoPrice)
}

// spansOf prices usage; the category tells its type of record here.
func spansOf(set *Set, category, subject, destination string, at time.Time, units int64) ([]rating.Span, error) {
	tor := map[string]string{"call": rating.Voice, "sms": "*sms", "data": "*data"}[category]
	return rating.Price(loadedPrices{set}, rating.Call{Tenant: "cgrates.org", Category: category, Subject: subject,
		Destination: destination, ToR: tor, Start: at, Units: units})
}

func TestTheCapOfTheTutorialIsThere(t *testing.T) {
	set, _ := folder(t, tutorialPlan)
	spans, err := spansOf(set, "call", "1001", "331", time.Date(2026, 1, 14, 12, 0, 0, 0, time.UTC), 1)
	require.NoError(t, err)
	require.Zero(t, spans[0].Row.MaxCost.Cmp(amount.FromInt(20)))
	require.Equal(t, rating.CapDisconnect, spans[0].Row.MaxCostStrategy)
}
