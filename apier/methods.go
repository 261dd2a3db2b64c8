package apier

import (
	"golang.org/x/sync/semaphore"

	"slices"

	"purser/engine"
	"purser/rpcjson"
)

// Names that a service has. ApierV1 and ApierV2 are those of before 2020. Source: cgrates-apier, section 1.
var (
	v1   = []string{"APIerSv1", "ApierV1"}
	v2   = []string{"APIerSv2", "ApierV2"}
	both = []string{"APIerSv1", "ApierV1", "APIerSv2", "ApierV2"}

	responder = []string{"Responder"}
	core      = []string{"CoreSv1"}
	journal   = []string{"JournalSv1"}
	ledgers   = []string{"LedgerSv1"}
	feed      = []string{"NotifySv1"}
	billed    = []string{"ServiceSv1"}
	cdrs      = []string{"CDRsV1", "CDRsV2", "CdrsV1", "CdrsV2"}

	// pinged are the services of CGRateS, which answer Ping whether there is more of them here or not.
	pinged = []string{
		"APIerSv1", "APIerSv2", "ApierV1", "ApierV2", "Responder", "CoreSv1", "CacheSv1", "GuardianSv1", "ServiceManagerV1",
		"ConfigSv1", "SessionSv1", "CDRsV1", "CDRsV2", "ChargerSv1", "AttributeSv1", "ThresholdSv1", "StatSv1",
		"ResourceSv1", "RouteSv1", "SupplierSv1", "RALsV1", "SchedulerSv1", "FilterSv1", "DispatcherSv1", "EeSv1",
		"AnalyzerSv1", "LoaderSv1", "ReplicatorSv1", "RankingSv1", "TrendSv1", "IPsV1", "ErSv1", "TPeSv1", "JournalSv1",
		"LedgerSv1", "NotifySv1", "ServiceSv1",
	}
)

// Methods returns all methods of this package, each under all names of its service.
func Methods(o Options) []rpcjson.Method {
	s := &service{Options: o.withDefaults(), started: o.Engine.Now(), scanning: semaphore.NewWeighted(1)}
	s.log = s.Log
	return slices.Concat(
		s.balanceMethods(), s.accountMethods(), s.triggerMethods(), s.destinationMethods(), s.ratingMethods(),
		s.chargeMethods(), s.daemonMethods(), s.ledgerMethods(), s.servicesMethods(), s.feedMethods())
}

// read makes methods that change nothing.
func read[A any](services []string, name string, role rpcjson.Roles, serve func(*rpcjson.Call, *A)) []rpcjson.Method {
	methods := make([]rpcjson.Method, len(services))
	for i, service := range services {
		methods[i] = rpcjson.Handle(service+"."+name, role, serve)
	}
	return methods
}

// write makes methods that ask for a change; x are the errors that they name in their own words, and reply turns the
// engine's result into the answer.
func write[A any, P interface {
	*A
	changing
}](s *service, services []string, name string, role rpcjson.Roles, x exceptions,
	reply func(P) func(*engine.Result) any,
) []rpcjson.Method {
	first := services[0] + "." + name
	return read(services, name, role, func(c *rpcjson.Call, args *A) { s.submit(c, first, P(args), x, reply(args)) })
}

// says makes a reply that is always the same text.
func says[P any](text string) func(P) func(*engine.Result) any {
	reply := func(*engine.Result) any { return text }
	return func(P) func(*engine.Result) any { return reply }
}

// ok is the answer of most changes.
const ok = "OK"

func (s *service) balanceMethods() []rpcjson.Method {
	return slices.Concat(
		write(s, both, "SetBalance", RoleAdmin, nil, says[*setBalance](ok)),
		write(s, v1, "SetBalances", RoleAdmin, nil, says[*setBalances](ok)),
		write(s, v1, "AddBalance", RoleTopUp, nil, says[*addBalance](ok)),
		write(s, v1, "DebitBalance", RoleTopUp, nil, says[*debitBalance](ok)),
		write(s, v1, "RemoveBalances", RoleAdmin, nil, says[*removeBalances](ok)),
		write(s, v1, "TransferBalance", RoleAdmin, transferExceptions, says[*transferBalance]("")),
	)
}

func (s *service) accountMethods() []rpcjson.Method {
	return slices.Concat(
		write(s, both, "SetAccount", RoleAdmin, triggersExceptions, says[*setAccount](ok)),
		write(s, both, "RemoveAccount", RoleAdmin, nil, says[*removeAccount](ok)),
		read(v1, "GetAccount", RoleRead, s.getAccount(shapeV1)),
		read(v2, "GetAccount", RoleRead, s.getAccount(shapeV2)),
		read(v1, "GetAccounts", RoleRead, s.getAccounts(shapeV1)),
		read(v2, "GetAccounts", RoleRead, s.getAccounts(shapeV2)),
		read(v1, "GetAccountsCount", RoleRead, s.getAccountsCount(false)),
		read(v2, "GetAccountsCount", RoleRead, s.getAccountsCount(true)),
		read(v1, "GetAccountIDs", RoleRead, s.getAccountIDs),
		read(v1, "GetAccountActionPlan", RoleRead, s.getAccountActionPlan),
	)
}

func (s *service) triggerMethods() []rpcjson.Method {
	x := triggersExceptions
	return slices.Concat(
		read(both, "GetAccountActionTriggers", RoleRead, s.getAccountActionTriggers),
		write(s, v1, "AddAccountActionTriggers", RoleAdmin, x, says[*addTriggers](ok)),
		write(s, v1, "RemoveAccountActionTriggers", RoleAdmin, x, says[*removeTriggers](ok)),
		write(s, v1, "ResetAccountActionTriggers", RoleAdmin, x, says[*resetTriggers](ok)),
		write(s, v1, "SetAccountActionTriggers", RoleAdmin, x, says[*setTriggers](ok)),
		write(s, v1, "SetActionTrigger", RoleAdmin, x, says[*setActionTrigger](ok)),
		write(s, v1, "RemoveActionTrigger", RoleAdmin, x, says[*removeActionTrigger](ok)),
		read(v1, "GetActionTriggers", RoleRead, s.getActionTriggers),
		write(s, both, "SetActions", RoleAdmin, x, says[*setActions](ok)),
		write(s, v1, "RemoveActions", RoleAdmin, x, says[*removeActions](ok)),
		read(v1, "GetActions", RoleRead, s.getActions),
		write(s, v1, "ExecuteAction", RoleAdmin, x, says[*executeAction](ok)),
	)
}

func (s *service) destinationMethods() []rpcjson.Method {
	return slices.Concat(
		write(s, v1, "SetDestination", RoleAdmin, nil, says[*setDestination](ok)),
		write(s, v1, "RemoveDestination", RoleAdmin, nil, says[*removeDestination](ok)),
		read(v1, "GetDestination", RoleRead, s.getDestination),
		read(v1, "GetReverseDestination", RoleRead, s.getReverseDestination),
		write(s, v1, "SetTiming", RoleAdmin, nil, says[*setTiming](ok)),
		write(s, v1, "RemoveTiming", RoleAdmin, nil, says[*timingArgs](ok)),
		read(v1, "GetTiming", RoleRead, s.getTiming),
	)
}

func (s *service) ratingMethods() []rpcjson.Method {
	return slices.Concat(
		write(s, v1, "SetRatingProfile", RoleAdmin, nil, says[*ratingProfile](ok)),
		write(s, v1, "RemoveRatingProfile", RoleAdmin, nil, says[*profileArgs](ok)),
		read(v1, "GetRatingProfile", RoleRead, s.getRatingProfile),
		read(v1, "GetRatingPlan", RoleRead, s.getRatingPlan),
		read(v1, "GetSharedGroup", RoleRead, s.getSharedGroup),
		read(v1, "LoadTariffPlanFromFolder", RoleAdmin, s.loadTariffPlanFromFolder),
		read(v1, "RemoveTPFromFolder", RoleAdmin, s.removeTPFromFolder),
		write(s, v1, "SetTPDestination", RoleAdmin, nil, says[*setTPDestination](ok)),
		write(s, v1, "SetTPTiming", RoleAdmin, nil, says[*setTPTiming](ok)),
		write(s, v1, "SetTPRate", RoleAdmin, nil, says[*setTPRate](ok)),
		write(s, v1, "SetTPDestinationRate", RoleAdmin, nil, says[*setTPDestinationRate](ok)),
		write(s, v1, "SetTPRatingPlan", RoleAdmin, nil, says[*setTPRatingPlan](ok)),
		write(s, v1, "SetTPRatingProfile", RoleAdmin, nil, says[*setTPRatingProfile](ok)),
		read(v1, "LoadRatingPlan", RoleAdmin, s.loadRatingPlan),
		read(v1, "LoadRatingProfile", RoleAdmin, s.loadRatingProfile),
	)
}

func (s *service) chargeMethods() []rpcjson.Method {
	return slices.Concat(
		write(s, responder, "Debit", RoleCharge, nil,
			func(d *debit) func(*engine.Result) any { return chargeReply(&d.callDescriptor) }),
		write(s, responder, "MaxDebit", RoleCharge, nil,
			func(d *maxDebit) func(*engine.Result) any { return chargeReply(&d.callDescriptor) }),
		read(responder, "GetMaxSessionTime", RoleCharge, s.getMaxSessionTime),
		read(responder, "GetMaxSessionTimeOnAccounts", RoleCharge, s.getMaxSessionTimeOnAccounts),
		read(responder, "GetCost", RoleRead, s.getCost),
		write(s, responder, "RefundIncrements", RoleCharge, nil, refunded[*refundIncrements]),
		write(s, responder, "RefundRounding", RoleCharge, nil, refunded[*refundRounding]),
		read(v1, "GetCost", RoleRead, s.getEventCost),
		read(v1, "GetDataCost", RoleRead, s.getDataCost),
		write(s, v1, "DebitUsage", RoleCharge, costExceptions, says[*debitUsage](ok)),
		write(s, v1, "DebitUsageWithOptions", RoleCharge, costExceptions, says[*debitUsageWithOptions](ok)),
		read(v1, "GetMaxUsage", RoleCharge, s.getMaxUsage),
	)
}

func (s *service) daemonMethods() []rpcjson.Method {
	return slices.Concat(
		read(core, "Status", RoleRead, s.status),
		read(core, "Sleep", RoleRead, s.sleep),
		read(journal, "GetEntries", RoleRead, s.getEntries),
		read(slices.Concat(both, cdrs), "GetCDRs", RoleRead, s.getCDRs),
		read(pinged, "Ping", RoleRead, s.ping),
	)
}

func (s *service) feedMethods() []rpcjson.Method {
	if s.Feed == nil {
		return nil
	}
	return slices.Concat(
		read(feed, "Subscribe", RoleRead, s.subscribe),
		read(feed, "Unsubscribe", RoleRead, s.unsubscribe),
	)
}
