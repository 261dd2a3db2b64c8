package apier

import (
	"strings"

	"purser/engine"
	"purser/engine/rating"
	"purser/rpcjson"
)

// timing is a timing on the wire. Week days count from Sunday, which is 0 or 7. Empty lists are "any"; StartTime and
// EndTime are times of day, 15:04:05. Source: cgrates-charging, section 5.2.
type timing struct {
	ID        string
	Years     []int
	Months    []int
	MonthDays []int
	WeekDays  []int
	StartTime string
	EndTime   string
}

// setTiming makes or replaces a timing. Timings belong to no tenant.
type setTiming struct {
	scope
	timing
}

func (a *setTiming) change(*service) (engine.Change, error) {
	a.ID = strings.TrimSpace(a.ID)
	const sunday = 7
	for i, day := range a.WeekDays {
		if day == sunday {
			a.WeekDays[i] = 0
		}
	}
	return &engine.SetTiming{Timing: rating.Timing{
		ID: a.ID, Years: a.Years, Months: a.Months, MonthDays: a.MonthDays, WeekDays: a.WeekDays,
		Start: a.StartTime, End: a.EndTime,
	}}, nil
}

// timingArgs name a timing.
type timingArgs struct {
	scope
	ID string
}

func (a *timingArgs) change(*service) (engine.Change, error) {
	a.ID = strings.TrimSpace(a.ID)
	return &engine.RemoveTiming{ID: a.ID}, nil
}

func (s *service) getTiming(c *rpcjson.Call, args *timingArgs) {
	id := strings.TrimSpace(args.ID)
	if err := missing("ID", id); err != nil {
		s.fail(c, err, nil)
		return
	}
	s.view(c, nil, func(st engine.State) (any, error) {
		t, there := st.Timing(id)
		if !there {
			return nil, errNotFound
		}
		return shapeTiming(t), nil
	})
}

func shapeTiming(t rating.Timing) *timing {
	return &timing{
		ID: t.ID, Years: t.Years, Months: t.Months, MonthDays: t.MonthDays, WeekDays: t.WeekDays,
		StartTime: t.Start, EndTime: t.End,
	}
}

// knownTimings are the timings that the balances of an account name, by ID. CGRateS shows them beside the IDs.
type knownTimings map[string]*timing

// timingsOf returns those of a, nil when there are none, as is the case for nearly all accounts.
func timingsOf(st engine.State, a *engine.Account) knownTimings {
	var known knownTimings
	for i := range a.Balances {
		for _, n := range a.Balances[i].With().TimingIDs {
			if t, there := st.Timing(n.ID); there {
				if known == nil {
					known = knownTimings{}
				}
				known[n.ID] = shapeTiming(t)
			}
		}
	}
	return known
}

// timings writes the timings of a balance as a list, null when it has none that is there.
func (w *writer) timings(before string, ids engine.Names, known knownTimings) {
	w.raw(before)
	before = "["
	for _, n := range ids {
		t, there := known[n.ID]
		if !there {
			continue
		}
		w.raw(before)
		w.json(t)
		before = ","
	}
	if before == "[" {
		w.raw("null")
		return
	}
	w.raw("]")
}
