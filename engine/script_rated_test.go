package engine_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"purser/apier/tariffplan"
	"purser/engine"
	"purser/engine/enginetest"
	"purser/engine/rating"
)

// tariff makes the change of a line about prices, nil for any other.
func (s *script) tariff(verb string, args *arguments) engine.Change {
	switch verb {
	case "tariff":
		return &engine.LoadTariff{Set: compiled(s.t, "testdata/tariffs/"+args.next())}
	case "profile":
		c := &engine.SetProfile{Overwrite: args.flag("overwrite"),
			Profile: rating.Profile{Tenant: tenant, Category: args.text("category"), Subject: args.next()}}
		for _, plan := range args.rest() {
			plan, at, _ := strings.Cut(plan, "@")
			begins, err := time.Parse(time.RFC3339, at)
			require.NoError(s.t, err)
			c.Profile.Activations = append(c.Profile.Activations, rating.Activation{At: begins.Unix(), PlanID: plan})
		}
		return c
	case "remove-tariff":
		kind, c := engine.TariffKind(args.next()), &engine.RemoveTariff{}
		for _, id := range args.rest() {
			c.Keys = append(c.Keys, engine.TariffKey{Kind: kind, ID: strings.ReplaceAll(id, "/", "\x00")})
		}
		return c
	case "refund", "rounding":
		c := &engine.Refund{Account: args.account(), Rounding: verb == "rounding"}
		for more := true; more; more = args.another() {
			item := engine.RefundItem{Account: c.Account, Balance: s.named(args.next()), Value: value(args.next())}
			item.Money = c.Rounding || args.flag("money")
			if owner := args.optional("of"); owner != nil {
				item.Account = accountID(*owner)
			}
			c.Items = append(c.Items, item)
		}
		return c
	}
	return nil
}

// compiled reads a folder of CSV tables.
func compiled(t testing.TB, folder string) engine.TariffSet {
	t.Helper()
	tables, err := tariffplan.Read(t.Context(), os.DirFS(folder), tariffplan.Options{})
	require.NoError(t, err)
	set, _, err := tariffplan.Compile(tables, nil, tariffplan.Options{})
	require.NoError(t, err)
	return set.Tariff()
}

// named returns the UUID of the balance that the script shows under a name,
// that of none for one that it has not shown.
func (s *script) named(name string) uuid.UUID {
	for u, n := range s.names {
		if n == name {
			return u
		}
	}
	return enginetest.NthUUID(1 << 40)
}

// cost prices usage without an account.
func (s *script) cost(args *arguments) []string {
	args.words = append([]string{"nobody"}, args.words...)
	usage := s.charge(args).Usage
	var c *engine.Charged
	err := s.Read(s.t.Context(), func(state engine.State) (err error) {
		c, err = s.Rules().Cost(state, tenant, &usage)
		return err
	})
	if err != nil {
		return []string{refusal(err)}
	}
	lines := s.charged(c)
	lines[0] = strings.Replace(lines[0], "charged", "costs", 1)
	return lines
}

// maxRate reads what ends a maximum: max-rate=0.05 is for a second.
func (s *script) maxRate(c *engine.Charge, args *arguments) {
	if rate := args.optional("max-rate"); rate != nil {
		c.MaxRate, c.MaxRateUnit = dec(*rate), int64(time.Second)
	}
}

// refunded shows an account after a refund.
func (s *script) refunded(a *engine.Account) []string {
	lines := []string{"ok"}
	for i := range a.Balances {
		b := &a.Balances[i]
		lines = append(lines, "  "+s.names[b.UUID]+" holds "+units(b.Value, b.ToR)+", charges took "+units(b.Charged, b.ToR))
	}
	return lines
}
