package main

// The arguments of the commands. Names are those of CGRateS: the nested
// dialect (Balance={...}) and the flat one of the user's document (BalanceID
// and the rest beside Value) go to the same methods.

// tenantArg and accountArg are what nearly every command has.
func tenantArg() argument  { return argument{"Tenant", text, "default: the daemon's default tenant"} }
func accountArg() argument { return argument{"Account", text, "name of the account"} }

// onceArg makes a change safe to repeat.
func onceArg() argument {
	return argument{"APIOpts", anyJSON, `{"*idempotencyKey":"k1"}: done once, however often it is sent`}
}

func accountArgs() []argument { return []argument{tenantArg(), accountArg()} }

func accountsArgs() []argument {
	return []argument{
		tenantArg(),
		{"AccountIDs", textList, "names of the accounts; default all"},
		{"Offset", anyJSON, "how many to skip"},
		{"Limit", anyJSON, "how many at most; 0 no limit"},
		{"Filter", anyJSON, `{"AllowNegative":true,"Disabled":false}`},
	}
}

func accountSetArgs() []argument {
	return append(accountArgs(),
		argument{"ActionPlanIDs", textList, "action plans"},
		argument{"ActionPlansOverwrite", anyJSON, "true: instead of those it has"},
		argument{"ActionTriggerIDs", textList, "action triggers"},
		argument{"ActionTriggerOverwrite", anyJSON, "true: instead of those it has"},
		argument{"ExtraOptions", anyJSON, `{"AllowNegative":true,"Disabled":false}`},
		argument{"AllowNegative", anyJSON, "true: may go below zero"},
		argument{"Disabled", anyJSON, "true: is not charged"},
		argument{"ReloadScheduler", anyJSON, "without effect"},
		onceArg())
}

// Whether a command on balances knows Overwrite.
const (
	overwrites    = true
	overwriteless = false
)

// balanceArgs are the arguments of the commands on balances.
func balanceArgs(value string, overwrite bool) []argument {
	args := append(accountArgs(),
		argument{"BalanceType", text, "*monetary *voice *data *sms *mms *generic"},
		argument{"Value", anyJSON, value + "; of voice in nanoseconds, or a duration like 90s"},
		argument{"Balance", anyJSON, `{"ID":"b1","Weight":10,"ExpiryTime":"+720h", ...}`},
		argument{"BalanceID", text, "which balance, by its name"},
		argument{"BalanceUUID", text, "which balance, by its UUID"},
		argument{"ExpiryTime", text, "time, +duration, *unlimited"},
		argument{"RatingSubject", text, "whose prices apply"},
		argument{"Categories", text, "separated by ;"},
		argument{"DestinationIDs", text, "separated by ;"},
		argument{"TimingIDs", text, "separated by ;"},
		argument{"SharedGroups", text, "separated by ;"},
		argument{"Weight", anyJSON, "higher pays first"},
		argument{"Blocker", anyJSON, "true: nothing behind it pays"},
		argument{"Disabled", anyJSON, "true: does not pay"})
	if overwrite {
		args = append(args, argument{"Overwrite", anyJSON, "true: start from zero"})
	}
	return append(args,
		argument{"Cdrlog", anyJSON, "true: note the change as a CDR"},
		argument{"ActionExtraData", anyJSON, "object kept with the entry"},
		argument{"ExtraData", anyJSON, "old name of ActionExtraData"},
		onceArg(),
		argument{"Directions", anyJSON, "without effect"},
		argument{"Direction", dropped, "without effect, not sent"})
}

// callArgs are the arguments of a charge, CGRateS's CallDescriptor.
func callArgs() []argument {
	return append(accountArgs(),
		argument{"Category", text, "call, sms, ..."},
		argument{"Subject", text, "whose prices apply; default the account"},
		argument{"Destination", text, "dialled number"},
		argument{"ToR", text, "what was used; default *voice"},
		argument{"TimeStart", text, "RFC 3339; the usage is TimeEnd - TimeStart"},
		argument{"TimeEnd", text, "RFC 3339"},
		argument{"DurationIndex", anyJSON, "nanoseconds of the whole call so far"},
		argument{"LoopIndex", anyJSON, "0: first part, the connect fee applies"},
		argument{"FallbackSubject", text, "without effect"},
		argument{"ExtraFields", anyJSON, "object of text"},
		argument{"MaxRate", anyJSON, "maxdebit: end where a unit costs more"},
		argument{"MaxRateUnit", anyJSON, "maxdebit: nanoseconds MaxRate is for"},
		argument{"MaxCostSoFar", anyJSON, "money already spent in this call"},
		argument{"CgrID", text, "a repeated charge of this ID is answered, not charged"},
		argument{"RunID", text, "label"},
		argument{"ForceDuration", anyJSON, "maxdebit: true: all or nothing"},
		argument{"PerformRounding", anyJSON, "true: round the cost as the price says"},
		argument{"DryRun", anyJSON, "debit: true: compute only"},
		argument{"DenyNegativeAccount", anyJSON, "true: not below zero"},
		onceArg(),
		argument{"CallDuration", dropped, "without effect, not sent (give TimeStart and TimeEnd)"},
		argument{"Direction", dropped, "without effect, not sent"})
}
