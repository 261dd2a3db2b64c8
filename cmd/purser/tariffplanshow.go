package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"purser/apier/tariffplan"
	"purser/engine"
	"purser/engine/rating"
)

// newTariffPlanShowCommand shows what a folder means.
func newTariffPlanShowCommand(std stdio, link *linkFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "show DIR",
		Short: "Show what a folder means, as tables; --json as JSON",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan, err := readTariffPlan(cmd.Context(), std, args[0], false)
			switch {
			case errors.Is(err, errTariffPlan):
				return errors.Join(printProblems(std.out, args[0], "", plan.errors), err)
			case err != nil:
				return err
			case link.json:
				return writeJSON(std.out, plan.set)
			}
			return showTariffPlan(std.out, plan.set)
		},
	}
}

// showTariffPlan writes a table for each kind of thing that is there.
func showTariffPlan(w io.Writer, set *tariffplan.Set) error {
	var text strings.Builder
	sections := []func(*tabwriter.Writer, *tariffplan.Set) bool{showDestinations, showTimings, showRates, showPlans,
		showProfiles, showGroups, showActions, showTriggers}
	for _, show := range sections {
		table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
		if !show(table, set) {
			continue
		}
		if err := table.Flush(); err != nil {
			return err
		}
		text.WriteByte('\n')
	}
	_, err := io.WriteString(w, strings.TrimSuffix(text.String(), "\n"))
	return err
}

// prefixesShown is how many prefixes of a destination a table shows.
const prefixesShown = 8

func showDestinations(w *tabwriter.Writer, set *tariffplan.Set) bool {
	fmt.Fprintln(w, "DESTINATION\tPREFIXES")
	for _, d := range set.Destinations {
		list := strings.Join(d.Prefixes[:min(len(d.Prefixes), prefixesShown)], " ")
		if more := len(d.Prefixes) - prefixesShown; more > 0 {
			list += fmt.Sprintf(" and %d more", more)
		}
		fmt.Fprintf(w, "%s\t%s\n", printable(d.ID), printable(list))
	}
	return len(set.Destinations) > 0
}

func showTimings(w *tabwriter.Writer, set *tariffplan.Set) bool {
	fmt.Fprintln(w, "TIMING\tYEARS\tMONTHS\tDAYS\tWEEK DAYS\tFROM\tTO")
	for _, g := range set.Timings {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", printable(g.ID), numberList(g.Years), numberList(g.Months),
			numberList(g.MonthDays), weekDayList(g.WeekDays), cmp.Or(g.Start, "00:00:00"), orDash(g.End))
	}
	return len(set.Timings) > 0
}

// numberList shows numbers, and *any for none.
func numberList(list []int) string {
	if len(list) == 0 {
		return rating.Any
	}
	return strings.Trim(fmt.Sprint(list), "[]")
}

// weekDayList shows the days by their names.
func weekDayList(list []int) string {
	if len(list) == 0 {
		return rating.Any
	}
	var names []string
	for _, day := range list {
		names = append(names, time.Weekday(day).String()[:3])
	}
	return strings.Join(names, " ")
}

// showRates shows the rates of all plans, each once: in one folder, an ID means
// the same in all plans.
func showRates(w *tabwriter.Writer, set *tariffplan.Set) bool {
	fmt.Fprintln(w, "RATE\tCONNECT FEE\tFROM\tPRICE\tFOR\tIN STEPS OF")
	shown := map[string]bool{}
	for _, p := range set.Plans {
		for _, r := range p.Rates {
			if shown[r.ID] {
				continue
			}
			shown[r.ID] = true
			id, fee := printable(r.ID), r.ConnectFee.String()
			for _, s := range r.Slots {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", id, fee, unitsText(s.From), s.Price, unitsText(s.Unit),
					unitsText(s.Step))
				id, fee = "", ""
			}
		}
	}
	return len(shown) > 0
}

// unitsText shows a count of units, and as what it reads if they are
// nanoseconds, where that is whole milliseconds.
func unitsText(units int64) string {
	if d := time.Duration(units); units > 0 && d%time.Millisecond == 0 {
		return fmt.Sprintf("%d (%v)", units, d)
	}
	return fmt.Sprint(units)
}

func showPlans(w *tabwriter.Writer, set *tariffplan.Set) bool {
	fmt.Fprintln(w, "PLAN\tDESTINATION\tTIMING\tWEIGHT\tRATE\tROUNDING\tMAX COST")
	for _, p := range set.Plans {
		id := printable(p.ID)
		for _, row := range p.Rows {
			timing, rounding, most := rating.Any, "-", "-"
			if row.Timing > 0 {
				timing = p.Timings[row.Timing-1].ID
			}
			if row.RoundingMethod != "" && row.RoundingDecimals > 0 {
				rounding = fmt.Sprintf("%s %d", row.RoundingMethod, row.RoundingDecimals)
			}
			if !row.MaxCost.IsZero() {
				most = fmt.Sprintf("%s %s", row.MaxCost, row.MaxCostStrategy)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", id, printable(row.DestinationID), printable(timing),
				row.Weight, printable(p.Rates[row.Rate].ID), rounding, most)
			id = ""
		}
	}
	return len(set.Plans) > 0
}

func showProfiles(w *tabwriter.Writer, set *tariffplan.Set) bool {
	fmt.Fprintln(w, "TENANT\tCATEGORY\tSUBJECT\tFROM\tPLAN\tFALLBACK SUBJECTS")
	for _, p := range set.Profiles {
		for _, a := range p.Activations {
			from := "ever"
			if at := time.Unix(a.At, 0).UTC(); !at.IsZero() {
				from = at.Format(time.RFC3339)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", printable(p.Tenant), printable(p.Category), printable(p.Subject),
				from, printable(a.PlanID), orDash(strings.Join(a.Fallbacks, " ")))
		}
	}
	return len(set.Profiles) > 0
}

func showGroups(w *tabwriter.Writer, set *tariffplan.Set) bool {
	fmt.Fprintln(w, "GROUP\tACCOUNT\tSTRATEGY")
	for _, g := range set.Groups {
		for _, m := range g.Members {
			fmt.Fprintf(w, "%s\t%s\t%s\n", printable(g.ID), printable(m.Account), m.Strategy)
		}
	}
	return len(set.Groups) > 0
}

func showActions(w *tabwriter.Writer, set *tariffplan.Set) bool {
	fmt.Fprintln(w, "ACTIONS\tWEIGHT\tDO\tBALANCE\tUNITS\tEXPIRES")
	for _, list := range set.Actions {
		for _, a := range list.List {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", printable(list.ID), a.Weight, a.Type,
				balanceText(a.Balance.ToR, a.Balance.ID), a.Balance.Units, orDash(a.Balance.Expires))
		}
	}
	return len(set.Actions) > 0
}

// balanceText names a balance by what it counts and its ID.
func balanceText(tor, id string) string { return orDash(strings.TrimSpace(tor + " " + id)) }

func showTriggers(w *tabwriter.Writer, set *tariffplan.Set) bool {
	fmt.Fprintln(w, "TRIGGERS\tTRIGGER\tWHEN\tBALANCE\tHOW OFTEN\tACTIONS")
	for _, list := range set.Triggers {
		for _, g := range list.List {
			fmt.Fprintf(w, "%s\t%s\t%s %s\t%s\t%s\t%s\n", printable(list.ID), printable(g.UniqueID), g.Type, g.Threshold,
				balanceText(g.Balance.ToR, g.Balance.ID), howOften(&g), printable(g.ActionsID))
		}
	}
	return len(set.Triggers) > 0
}

func howOften(g *engine.ActionTrigger) string {
	switch {
	case !g.Recurrent:
		return "once"
	case g.MinSleep > 0:
		return fmt.Sprintf("each time, at most every %v", g.MinSleep)
	}
	return "each time"
}
