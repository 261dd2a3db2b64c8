package main

// The arguments of the commands on prices and tariff plans.

// categorySubjectArgs say whose prices.
func categorySubjectArgs() []argument {
	return []argument{
		tenantArg(),
		{"Category", text, "call, sms, data, ...; default call"},
		{"Subject", text, "whose prices apply; *any: all that have none of their own"},
	}
}

func costArgs() []argument {
	return append(categorySubjectArgs(),
		argument{"Destination", text, "dialled number"},
		argument{"AnswerTime", text, "RFC 3339, unix seconds, *now, +1h"},
		argument{"Usage", text, "of a call: 90s, or nanoseconds"})
}

func dataCostArgs() []argument {
	return append(categorySubjectArgs(),
		argument{"AnswerTime", text, "RFC 3339, unix seconds, *now, +1h"},
		argument{"Usage", anyJSON, "bytes"})
}

// usageRecordArgs are CGRateS's UsageRecord.
func usageRecordArgs() []argument {
	return append(accountArgs(),
		argument{"ToR", text, "what was used; default *voice"},
		argument{"Category", text, "call, sms, ...; default call"},
		argument{"Subject", text, "whose prices apply; default the account"},
		argument{"Destination", text, "dialled number"},
		argument{"SetupTime", text, "used where there is no AnswerTime"},
		argument{"AnswerTime", text, "RFC 3339, unix seconds, *now, +1h; default now"},
		argument{"Usage", text, "90s, or a number of units"},
		argument{"ExtraFields", anyJSON, "object of text"})
}

func ratingProfileSetArgs() []argument {
	return append(categorySubjectArgs(),
		argument{"Overwrite", anyJSON, "true: in place of the plans it has, not beside them"},
		argument{"RatingPlanActivations", anyJSON,
			`[{"ActivationTime":"2026-01-01T00:00:00Z","RatingPlanId":"RP","FallbackSubjects":""}]`},
		onceArg())
}

func folderArgs() []argument {
	return []argument{
		{"FolderPath", text, "folder below the daemon's tariffplan.dir"},
		{"DryRun", anyJSON, "true: check only"},
		{"Validate", anyJSON, "true: refuse gaps and odd slots too"},
		onceArg(),
	}
}
