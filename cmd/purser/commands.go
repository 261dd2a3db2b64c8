package main

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// kind says how the value of an argument is written.
type kind int

const (
	anyJSON  kind = iota // JSON; a bare word that is not JSON is text
	text                 // text; a bare word is text even when it looks like a number
	textList             // list of text; one text is split at each ;
	dropped              // known from the documents and without effect: not sent
)

// argument is one argument of a command.
type argument struct {
	name  string
	kind  kind
	about string
}

// command is one command of the console.
type command struct {
	name    string
	aliases []string
	method  string
	about   string
	preset  []field           // sent unless the line gives them
	args    []argument        // in the order help shows them
	item    string            // what may stand in place of arguments, as CGRateS's `ping apiers`; "": nothing
	methods map[string]string // method by item; nil where the item itself is the method's argument, as text
	show    func(*printer, jsontext.Value) error
}

// commands lists what the console knows, in the order help shows them. Names,
// methods and presets are cgr-console's.
func commands() []command {
	monetary := []field{{name: "BalanceType", value: jsontext.Value(`"*monetary"`)}}
	list := []command{
		{name: "accounts", method: "APIerSv2.GetAccounts", about: "list accounts with their balances",
			args: accountsArgs(), show: (*printer).accounts},
		{name: "account", method: "APIerSv2.GetAccount", about: "show one account",
			args: accountArgs(), show: (*printer).account},
		{name: "balance_set", method: "APIerSv1.SetBalance", about: "set a balance, made if there is none",
			preset: monetary, args: balanceArgs("value to set", overwriteless)},
		{name: "balance_add", method: "APIerSv1.AddBalance", about: "top a balance up",
			preset: monetary, args: balanceArgs("amount to add", overwrites)},
		{name: "balance_debit", method: "APIerSv1.DebitBalance",
			about: "take from a balance, below zero if need be; BalanceType must be given",
			args:  balanceArgs("amount to take", overwrites)},
		{name: "balance_remove", method: "APIerSv1.RemoveBalances", about: "remove the balances that match",
			preset: monetary, args: balanceArgs("not used", overwriteless)},
		{name: "account_set", method: "APIerSv2.SetAccount", about: "make an account or change its options",
			args: accountSetArgs()},
		{name: "account_remove", method: "APIerSv1.RemoveAccount", about: "remove an account and its balances",
			args: append(accountArgs(), argument{"ReloadScheduler", anyJSON, "without effect"}, onceArg())},
		{name: "debit", method: "Responder.Debit", about: "charge a usage, below zero if need be",
			args: callArgs(), show: (*printer).callCost},
		{name: "maxdebit", aliases: []string{"debit_max"}, method: "Responder.MaxDebit",
			about: "charge as much of a usage as the account can pay", args: callArgs(), show: (*printer).callCost},
		{name: "status", method: "CoreSv1.Status", about: "show the state of the daemon",
			args: []argument{{"Debug", anyJSON, "true: more"}, {"Timezone", text, "zone of the times shown"}}},
		{name: "ping", method: "CoreSv1.Ping", about: "ask for a sign of life", item: "service", methods: pingMethods()},
	}
	return append(list, ratedCommands()...)
}

// ratedCommands are those on prices and tariff plans.
func ratedCommands() []command {
	return []command{
		{name: "cost", method: "APIerSv1.GetCost", about: "price a call, without an account", args: costArgs()},
		{name: "datacost", method: "APIerSv1.GetDataCost", about: "price data, without an account", args: dataCostArgs()},
		{name: "maxusage", method: "APIerSv1.GetMaxUsage",
			about: "show how long an account can pay for a call, in nanoseconds", args: usageRecordArgs()},
		{name: "debit_usage", method: "APIerSv1.DebitUsage", about: "charge a usage and answer OK",
			args: append(usageRecordArgs(), onceArg())},
		{name: "load_tp_from_folder", method: "APIerSv1.LoadTariffPlanFromFolder", args: folderArgs(),
			about: "load a tariff plan, whole or not at all"},
		{name: "ratingplan", method: "APIerSv1.GetRatingPlan", about: "show a rating plan", item: "ID"},
		{name: "ratingprofile", method: "APIerSv1.GetRatingProfile", about: "show which plans a subject has",
			args: categorySubjectArgs()},
		{name: "ratingprofile_set", method: "APIerSv1.SetRatingProfile", about: "give a subject its plans",
			args: ratingProfileSetArgs()},
		{name: "ratingprofile_remove", aliases: []string{"ratingprofile_rem"}, method: "APIerSv1.RemoveRatingProfile",
			about: "take a subject's plans away", args: append(categorySubjectArgs(), onceArg())},
		{name: "sharedgroup", method: "APIerSv1.GetSharedGroup", about: "show a shared group and its members", item: "ID"},
	}
}

// pingMethods are the services that answer a ping, by cgr-console's names.
func pingMethods() map[string]string {
	return map[string]string{
		"apiers": "APIerSv1.Ping", "apierv2": "APIerSv2.Ping", "caches": "CacheSv1.Ping", "cdrs": "CDRsV1.Ping",
		"config": "ConfigSv1.Ping", "core": "CoreSv1.Ping", "responder": "Responder.Ping", "sessions": "SessionSv1.Ping",
	}
}

// findCommand finds a command by its name or alias.
func findCommand(name string) (command, bool) {
	for _, c := range commands() {
		if strings.EqualFold(c.name, name) || slices.Contains(c.aliases, strings.ToLower(name)) {
			return c, true
		}
	}
	return command{}, false
}

// argument finds an argument of the command; names match without regard to
// case, as they do on the wire.
func (c command) argument(name string) (argument, bool) {
	for _, a := range c.args {
		if strings.EqualFold(a.name, name) {
			return a, true
		}
	}
	return argument{}, false
}

// argumentNames lists the arguments of the command.
func (c command) argumentNames() []string {
	var names []string
	for _, a := range c.args {
		names = append(names, a.name)
	}
	return names
}
