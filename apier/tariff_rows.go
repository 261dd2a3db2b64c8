package apier

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"purser/apier/tariffplan"
	"purser/engine"
	"purser/engine/amount"
	"purser/rpcjson"
)

// The SetTP methods write tables of a plan, under its TPid, without effect on prices; LoadRatingPlan and
// LoadRatingProfile compile them as a folder's. What a request leaves out is an empty cell.
// Source: cgrates-charging, section 5.7.

// tpArgs are what each of them has.
type tpArgs struct {
	scope
	TPid string
	ID   string
}

// rows makes the change that stores the rows of one thing of a table.
func (a *tpArgs) rows(table tariffplan.Table, name string, list [][]string) (engine.Change, error) {
	a.TPid = strings.TrimSpace(a.TPid)
	if err := missing("TPid", a.TPid, "ID", name); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, engine.Missing(table.String())
	}
	rows := make([]tariffplan.Row, len(list))
	for i, cells := range list {
		rows[i] = tariffplan.Row{File: "SetTP" + table.String(), Line: i + 1, Cells: cells}
	}
	data, err := json.Marshal(rows)
	if err != nil {
		return nil, fmt.Errorf("apier: rows of %s: %w", table, err)
	}
	return &engine.LoadTariff{Set: engine.TariffSet{
		Rows: []engine.TariffRow{{Plan: a.TPid, Table: table.String(), ID: name, Data: data}}}}, nil
}

type setTPDestination struct {
	tpArgs
	Prefixes []string
}

func (a *setTPDestination) change(*service) (engine.Change, error) {
	var list [][]string
	for _, prefix := range a.Prefixes {
		list = append(list, []string{a.ID, prefix})
	}
	return a.rows(tariffplan.Destinations, a.ID, list)
}

type setTPTiming struct {
	tpArgs
	Years, Months, MonthDays, WeekDays, Time string
}

func (a *setTPTiming) change(*service) (engine.Change, error) {
	return a.rows(tariffplan.Timings, a.ID, [][]string{{a.ID, a.Years, a.Months, a.MonthDays, a.WeekDays, a.Time}})
}

type setTPRate struct {
	tpArgs
	RateSlots []struct {
		ConnectFee, Rate                            amount.Amount
		RateUnit, RateIncrement, GroupIntervalStart string
	}
}

func (a *setTPRate) change(*service) (engine.Change, error) {
	var list [][]string
	for _, slot := range a.RateSlots {
		list = append(list, []string{a.ID, slot.ConnectFee.String(), slot.Rate.String(), slot.RateUnit, slot.RateIncrement,
			cmp.Or(slot.GroupIntervalStart, "0")})
	}
	return a.rows(tariffplan.Rates, a.ID, list)
}

type setTPDestinationRate struct {
	tpArgs
	DestinationRates []struct {
		DestinationId, RateId, RoundingMethod string //nolint:revive // names on the wire
		RoundingDecimals                      int
		MaxCost                               amount.Amount
		MaxCostStrategy                       string
	}
}

func (a *setTPDestinationRate) change(*service) (engine.Change, error) {
	var list [][]string
	for _, r := range a.DestinationRates {
		list = append(list, []string{a.ID, r.DestinationId, r.RateId, r.RoundingMethod, strconv.Itoa(r.RoundingDecimals),
			r.MaxCost.String(), r.MaxCostStrategy})
	}
	return a.rows(tariffplan.DestinationRates, a.ID, list)
}

type setTPRatingPlan struct {
	tpArgs
	RatingPlanBindings []struct {
		DestinationRatesId, TimingId string //nolint:revive // names on the wire
		Weight                       amount.Amount
	}
}

func (a *setTPRatingPlan) change(*service) (engine.Change, error) {
	var list [][]string
	for _, b := range a.RatingPlanBindings {
		list = append(list, []string{a.ID, b.DestinationRatesId, b.TimingId, b.Weight.String()})
	}
	return a.rows(tariffplan.RatingPlans, a.ID, list)
}

type setTPRatingProfile struct {
	tpArgs
	LoadId, Category, Subject string //nolint:revive // names on the wire
	RatingPlanActivations     []struct {
		ActivationTime, RatingPlanId, FallbackSubjects string //nolint:revive // names on the wire
	}
}

func (a *setTPRatingProfile) change(*service) (engine.Change, error) {
	if err := missing("Category", a.Category, "Subject", a.Subject); err != nil {
		return nil, err
	}
	var list [][]string
	for _, v := range a.RatingPlanActivations {
		list = append(list, []string{a.Tenant, a.Category, a.Subject, v.ActivationTime, v.RatingPlanId, v.FallbackSubjects})
	}
	return a.rows(tariffplan.RatingProfiles, strings.Join([]string{a.Tenant, a.Category, a.Subject}, ":"), list)
}

// loadArgs name what of a plan is to become active.
type loadArgs struct {
	tpArgs
	RatingPlanId              string //nolint:revive // names on the wire
	LoadId, Category, Subject string //nolint:revive // names on the wire

	set engine.TariffSet
}

func (a *loadArgs) change(*service) (engine.Change, error) {
	return &engine.LoadTariff{Set: a.set}, nil
}

// loadRatingPlan makes a plan active, with its destinations and timings.
func (s *service) loadRatingPlan(c *rpcjson.Call, args *loadArgs) {
	err := missing("TPid", args.TPid, "RatingPlanId", args.RatingPlanId)
	s.loadRows(c, "APIerSv1.LoadRatingPlan", args, err, func(t *tariffplan.Tables) *tariffplan.Tables {
		return t.ForPlan(args.RatingPlanId)
	})
}

// loadRatingProfile makes a profile active; its plans must be.
func (s *service) loadRatingProfile(c *rpcjson.Call, args *loadArgs) {
	s.defaultTenant(&args.scope)
	err := missing("TPid", args.TPid, "Category", args.Category, "Subject", args.Subject)
	s.loadRows(c, "APIerSv1.LoadRatingProfile", args, err, func(t *tariffplan.Tables) *tariffplan.Tables {
		return t.ForProfile(args.Tenant, args.Category, args.Subject)
	})
}

func (s *service) loadRows(c *rpcjson.Call, name string, args *loadArgs, err error,
	part func(*tariffplan.Tables) *tariffplan.Tables,
) {
	s.defaultTenant(&args.scope)
	var tables *tariffplan.Tables
	if err == nil {
		err = s.Engine.Read(c.Context(), func(st engine.State) (err error) {
			tables, err = tablesOf(st, args.TPid)
			return err
		})
	}
	if err == nil {
		args.set, err = s.compile(c.Context(), part(tables), s.tariffOptions())
	}
	if err == nil && len(args.set.Plans)+len(args.set.Profiles) == 0 {
		err = errNotFound
	}
	if err != nil {
		s.fail(c, err, nil)
		return
	}
	s.submit(c, name, args, nil, func(*engine.Result) any { return ok })
}

// tablesOf returns the rows that are stored of a plan.
func tablesOf(st engine.State, plan string) (*tariffplan.Tables, error) {
	tables := &tariffplan.Tables{}
	for _, id := range st.TariffIDs(engine.KindRow) {
		if !strings.HasPrefix(id, plan+"\x00") {
			continue
		}
		stored := st.TariffRow(id)
		var rows []tariffplan.Row
		if err := json.Unmarshal(stored.Data, &rows); err != nil {
			return nil, fmt.Errorf("apier: rows of %s: %w", stored.ID, err)
		}
		for t := range tables {
			if table := tariffplan.Table(t); table.String() == stored.Table {
				tables[table] = append(tables[table], rows...)
			}
		}
	}
	return tables, nil
}
