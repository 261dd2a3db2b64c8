package crossbar

// handler does what a route is for. What it returns or refuses is the answer.
type handler func(f *Face, rq *request) (*reply, error)

// route is one endpoint. A new one is a row in the table below, a handler, and its schemas in schemas.json.
type route struct {
	verb    string
	path    string // below /v2; {NAME} is a variable
	reach   reach
	handler handler

	summary string
	query   []param // what the query may say, beside what every route takes
	body    string  // schema of the request's data, "" where it takes none
	reply   string  // schema of the reply's data
	csv     bool    // the reply has a form as CSV
	once    bool    // it takes an idempotency key
}

// routes is the table of all endpoints. Source: ledgers-and-services, sections 1.3, 2, 9 and 13.
func routes() []route {
	return []route{
		{verb: "GET", path: "/openapi.json", reach: reachNone, handler: (*Face).openAPIDocument,
			summary: "This document.", reply: "Document"},

		{verb: "PUT", path: "/api_auth", reach: reachNone, handler: (*Face).apiAuth,
			summary: "Log in with an account's API key.", body: "APIAuth", reply: "Login"},
		{verb: "PUT", path: "/user_auth", reach: reachNone, handler: (*Face).userAuth,
			summary: "Log in as a user.", body: "UserAuth", reply: "Login"},
		{verb: "GET", path: "/token_auth", reach: reachToken, handler: (*Face).tokenAuth,
			summary: "Whose token it is.", reply: "Login"},
		{verb: "DELETE", path: "/token_auth", reach: reachToken, handler: (*Face).endToken,
			summary: "End the token.", reply: "Empty"},

		{verb: "GET", path: "/accounts/{ACCOUNT_ID}", reach: reachTree, handler: (*Face).getAccount,
			summary: "The account.", reply: "Account"},
		{verb: "PUT", path: "/accounts/{ACCOUNT_ID}", reach: reachTree, handler: (*Face).createAccount,
			summary: "Make an account below this one.", body: "NewAccount", reply: "Account", once: true},
		{verb: "POST", path: "/accounts/{ACCOUNT_ID}", reach: reachTree, handler: (*Face).replaceAccount,
			summary: "Change the account; the name must be given, what else is not stays as it is.",
			body:    "NewAccount", reply: "Account", once: true},
		{verb: "PATCH", path: "/accounts/{ACCOUNT_ID}", reach: reachTree, handler: (*Face).patchAccount,
			summary: "Change what is given of the account.", body: "AccountPatch", reply: "Account", once: true},
		{verb: "DELETE", path: "/accounts/{ACCOUNT_ID}", reach: reachTree, handler: (*Face).disableAccount,
			summary: "Disable the account; its ledgers are kept.", reply: "Account", once: true},

		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/children", reach: reachTree, handler: (*Face).listChildren,
			summary: "The accounts whose parent it is, by id.",
			query:   listParams(), reply: "AccountList", csv: true},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/descendants", reach: reachTree, handler: (*Face).listDescendants,
			summary: "All accounts below it, each before those below it.",
			query:   listParams(), reply: "AccountList", csv: true},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/parents", reach: reachTree, handler: (*Face).listParents,
			summary: "The accounts above it, the master first.", reply: "AccountList", csv: true},

		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/api_key", reach: reachTree, handler: (*Face).getAPIKey,
			summary: "Always null: only a hash of the key is kept.", reply: "APIKey"},
		{verb: "PUT", path: "/accounts/{ACCOUNT_ID}/api_key", reach: reachTree, handler: (*Face).newAPIKey,
			summary: "Make a new API key, shown this once; tokens of the old one end.", reply: "APIKey"},
		{verb: "PUT", path: "/accounts/{ACCOUNT_ID}/reseller", reach: reachMaster, handler: (*Face).promote,
			summary: "Make the account a reseller.", reply: "Account", once: true},
		{verb: "DELETE", path: "/accounts/{ACCOUNT_ID}/reseller", reach: reachMaster, handler: (*Face).demote,
			summary: "Make the account no reseller.", reply: "Account", once: true},

		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/users", reach: reachTree, handler: (*Face).listUsers,
			summary: "Who may log in with a password.", reply: "UserList", csv: true},
		{verb: "PUT", path: "/accounts/{ACCOUNT_ID}/users", reach: reachTree, handler: (*Face).createUser,
			summary: "Let somebody log in with a password.", body: "NewUser", reply: "User"},
		{verb: "DELETE", path: "/accounts/{ACCOUNT_ID}/users/{USER_ID}", reach: reachTree, handler: (*Face).removeUser,
			summary: "Take a user away and end his tokens.", reply: "User"},

		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/ledgers", reach: reachTree, handler: (*Face).ledgerSums,
			summary: "Totals of a time by source.", query: windowParams(), reply: "LedgerSums"},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/ledgers/available", reach: reachTree,
			handler: (*Face).ledgersAvailable, summary: "The sources there are.", reply: "LedgerSources"},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/ledgers/summary_by_accounts", reach: reachTree,
			handler: (*Face).ledgerAccounts, summary: "Totals of a time by the account that lines are about.",
			query: windowParams(), reply: "LedgerAccounts"},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/ledgers/summary/{MODB_SUFFIX}", reach: reachTree,
			handler: (*Face).ledgerMonth, summary: "A month, YYYYMM: totals by source, and by the account.",
			query: []param{amountsParam, {"balances", "true: also the balance before and after.", schemaFlag}},
			reply: "LedgerMonth"},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/ledgers/total", reach: reachTree, handler: (*Face).ledgerTotal,
			summary: "The balance.", reply: "LedgerTotal",
			query: []param{amountsParam, {"at", "At the end of this Gregorian second.", schemaInteger}}},
		{verb: "PUT", path: "/accounts/{ACCOUNT_ID}/ledgers/debit", reach: reachReseller, handler: (*Face).ledgerDebit,
			summary: "Take money; with impact_reseller beside data also from the reseller.",
			body:    "NewLedgerLine", reply: "LedgerPosted", once: true},
		{verb: "PUT", path: "/accounts/{ACCOUNT_ID}/ledgers/credit", reach: reachReseller, handler: (*Face).ledgerCredit,
			summary: "Give money; with impact_reseller beside data also to the reseller.",
			body:    "NewLedgerLine", reply: "LedgerPosted", once: true},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/ledgers/{SOURCE_SERVICE}", reach: reachTree,
			handler: (*Face).ledgerLines, summary: "The lines of a source, the newest first.",
			query: append(windowParams(), listParams()...), reply: "LedgerLines", csv: true},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/ledgers/{SOURCE_SERVICE}/{LEDGER_ENTRY_ID}", reach: reachTree,
			handler: (*Face).ledgerLine, summary: "A line.", query: []param{amountsParam}, reply: "LedgerLine"},
	}
}
