package engine_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/rating"
)

var update = flag.Bool("update", false, "rewrite the outputs in testdata; review the difference")

// TestScripts plays testdata/*.txt: commands, a line of four dashes, what they
// answer, an empty line. testdata/README.md explains the words.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			got := newScript(t).play(string(data))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
			}
			require.Equal(t, string(data), got)
		})
	}
}

// script is a script being played. It names balances u1, u2, ... in the order
// in which they are made.
type script struct {
	*rig
	t     *testing.T
	names map[uuid.UUID]string
	seq   uint64 // of the last entry seen
}

func newScript(t *testing.T) *script {
	return &script{rig: newRig(t, engine.Options{Rules: engine.DefaultRules()}), t: t, names: map[uuid.UUID]string{}}
}

// play returns the script with its outputs as they came.
func (s *script) play(text string) string {
	var out strings.Builder
	inOutput := false
	var answers []string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "----":
			inOutput = true
			fmt.Fprintln(&out, line)
			for _, a := range answers {
				fmt.Fprintln(&out, a)
			}
			answers = nil
		case inOutput && line != "":
			continue // the recorded output
		default:
			inOutput = false
			fmt.Fprintln(&out, line)
			if line != "" && !strings.HasPrefix(line, "#") {
				answers = append(answers, s.run(line)...)
			}
		}
	}
	require.Empty(s.t, answers, "the last commands have no ----")
	return out.String()
}

// run plays one line and returns its answer.
func (s *script) run(line string) []string {
	s.t.Helper()
	args := parseArguments(s.t, line)
	defer args.allUsed(line)
	switch verb := args.next(); verb {
	case "show":
		return s.show(args.next())
	case "journal":
		return s.lastEntry()
	case "clock":
		s.moveClock(args.next())
		return nil
	case "restart":
		s.restart(s.t)
		return nil
	case "limit":
		s.limit(args)
		return nil
	case "maxtime":
		return s.maxTime(args)
	case "cost":
		return s.cost(args)
	default:
		return s.command(verb, args, line)
	}
}

// command sends a change and tells how it went.
func (s *script) command(verb string, args *arguments, line string) []string {
	c := &engine.Command{Key: args.text("key"), Tenant: args.text("tenant")}
	if c.Tenant == "" {
		c.Tenant = tenant
	}
	digest := sha256.Sum256([]byte(line)) // a retry is the same line again
	c.Digest = digest[:]
	c.Change = s.change(verb, args)
	result, err := s.Do(s.t.Context(), c)
	s.nameNewBalances()
	if err != nil {
		return []string{refusal(err)}
	}
	answers := []string{"ok"}
	if result.Charge != nil {
		answers = s.charged(result.Charge)
	}
	if result.Account != nil {
		answers = s.refunded(result.Account)
	}
	if result.Refused != nil {
		answers = append(answers, "but then "+refusal(result.Refused))
	}
	return answers
}

func refusal(err error) string {
	text := "refused: " + string(engine.CodeOf(err))
	if e, ok := err.(*engine.Error); ok && len(e.Fields) > 0 { //nolint:errorlint // refusals are not wrapped
		text += " [" + strings.Join(e.Fields, " ") + "]"
	}
	return text
}

// change makes the engine's change of a line.
func (s *script) change(verb string, args *arguments) engine.Change {
	switch verb {
	case "set":
		c := &engine.SetBalances{Account: args.account()}
		for more := true; more; more = args.another() {
			item := engine.SetItem{ToR: args.next()}
			if v := args.optional("value"); v != nil {
				item.Value = new(value(*v))
			}
			item.Facts.Metadata = []byte(args.text("metadata"))
			item.Wanted = s.wanted(args)
			c.Items = append(c.Items, item)
		}
		return c
	case "topup", "debit", "overwrite":
		c := &engine.Adjust{Op: engine.OpTopUp, Account: args.account(), ToR: args.next(), Value: value(args.next())}
		c.Overwrite = verb == "overwrite"
		if verb == "debit" || args.flag("debit") {
			c.Op = engine.OpDebit
		}
		c.Facts.Metadata = []byte(args.text("metadata"))
		c.Wanted = s.wanted(args)
		return c
	case "remove":
		return &engine.RemoveBalances{Account: args.account(), ToR: args.next(), Wanted: s.wanted(args)}
	case "transfer":
		c := &engine.Transfer{Source: args.account(), SourceBalanceID: args.next(),
			Destination: args.account(), DestinationBalanceID: args.next()}
		if v := args.optional("up-to"); v != nil {
			c.Reference = new(value(*v))
		} else {
			c.Units = value(args.next())
		}
		return c
	case "account":
		c := &engine.SetAccount{Account: args.account(), OverwriteTriggers: args.flag("overwrite"),
			AllowNegative: args.yes("negative"), Disabled: args.yes("disabled")}
		if v := args.text("triggers"); v != "" {
			c.Triggers = strings.Split(v, ";")
		}
		return c
	case "remove-account":
		return &engine.RemoveAccount{Account: args.account()}
	case "destination":
		return &engine.SetDestination{Overwrite: args.flag("overwrite"), ID: args.next(), Prefixes: args.rest()}
	case "remove-destination":
		return &engine.RemoveDestination{ID: args.next(), Prefixes: args.rest()}
	case "timing":
		return &engine.SetTiming{Timing: rating.Timing{ID: args.next(), Years: args.numbers("years"),
			Months: args.numbers("months"), MonthDays: args.numbers("days"), WeekDays: args.numbers("weekdays"),
			Start: args.text("from"), End: args.text("to")}}
	case "remove-timing":
		return &engine.RemoveTiming{ID: args.next()}
	case "charge", "maxcharge":
		c := s.charge(args)
		c.Max, c.ForceDuration, c.DryRun = verb == "maxcharge", args.flag("all-or-nothing"), args.flag("dry")
		return c
	}
	c := s.triggerChange(verb, args)
	if c == nil {
		c = s.tariff(verb, args)
	}
	require.NotNil(s.t, c, "unknown command %s", verb)
	return c
}

// charge reads: charge ACCOUNT USAGE [tor=] [to=] [category=] [start=] [factor=].
func (s *script) charge(args *arguments) *engine.Charge {
	c := &engine.Charge{Account: args.account(), Factor: args.text("factor"), DenyNegative: args.flag("deny"),
		Rounding: args.flag("rounding")}
	c.ToR, c.Destination, c.Category = args.text("tor"), args.text("to"), args.text("category")
	c.Subject, c.Start, c.Continued = args.text("subject"), s.clock.Now(), args.flag("continued")
	s.maxRate(c, args)
	if v := args.optional("position"); v != nil {
		c.Position, _ = wholeOf(value(*v))
	}
	if v := args.optional("spent"); v != nil {
		c.Spent = value(*v)
	}
	usage, ok := wholeOf(value(args.next()))
	require.True(s.t, ok, "usage is a whole number")
	c.Units = usage
	if at := args.optional("start"); at != nil {
		c.Start = s.instant(*at).Time
	}
	return c
}

func (s *script) maxTime(args *arguments) []string {
	c, most := s.charge(args), int64(0)
	err := s.Read(s.t.Context(), func(state engine.State) (err error) {
		most, err = s.Rules().MaxSessionTime(state, engine.At(s.clock.Now()), c)
		return err
	})
	switch {
	case err != nil:
		return []string{refusal(err)}
	case most < 0:
		return []string{"no limit"}
	}
	return []string{units(amount.FromInt(most), c.ToR)}
}

// wanted reads what a line says of a balance.
func (s *script) wanted(args *arguments) engine.Wanted {
	w := engine.Wanted{ID: args.optional("id"), RatingSubject: args.optional("subject"),
		Disabled: args.yes("disabled"), Blocker: args.yes("blocker"), DestinationIDs: args.names("destinations"),
		Categories: args.names("categories"), SharedGroups: args.names("groups"), TimingIDs: args.names("timings")}
	if name := args.optional("uuid"); name != nil {
		w.UUID = s.named(*name).String()
	}
	if v := args.optional("expires"); v != nil {
		w.Expires = new(engine.At(s.instant(*v).Time))
	}
	if v := args.optional("weight"); v != nil {
		w.Weight = new(dec(*v))
	}
	if v := args.optional("factors"); v != nil {
		factors := []engine.Factor{}
		for f := range strings.SplitSeq(*v, ";") {
			name, factor, _ := strings.Cut(f, ":")
			factors = append(factors, engine.Factor{Name: name, Value: dec(factor)})
		}
		w.Factors = &factors
	}
	return w
}

// instant reads a time: never, +1h from now, or 2026-01-01T10:00:00Z.
func (s *script) instant(text string) engine.Instant {
	if text == "never" {
		return engine.Instant{}
	}
	if d, err := time.ParseDuration(text); err == nil {
		return engine.At(s.clock.Now().Add(d))
	}
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(s.t, err)
	return engine.Instant{Time: at} // in the zone that the script says
}

func (s *script) moveClock(text string) { s.clock.Set(s.instant(text).Time) }

// limit restarts the engine with another setting.
func (s *script) limit(args *arguments) {
	r := &s.opts.Rules
	for name, field := range map[string]*int{
		"name-bytes": &r.NameBytesMax, "balances": &r.BalancesMax, "prefixes": &r.PrefixesMax, "metadata": &r.MetadataMax,
		"triggers": &r.TriggersMax, "actions": &r.ActionsMax, "places": &r.PlacesMax,
	} {
		if v := args.optional(name); v != nil {
			n, err := strconv.Atoi(*v)
			require.NoError(s.t, err)
			*field = n
		}
	}
	s.restart(s.t)
}
