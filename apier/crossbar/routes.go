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

		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/service_plans", reach: reachTree, handler: (*Face).listPlans,
			summary: "The service plans that the account sells, by id.",
			query:   listParams(), reply: "ServicePlanList"},
		{verb: "PUT", path: "/accounts/{ACCOUNT_ID}/service_plans", reach: reachTree, handler: (*Face).createPlan,
			summary: "Make a service plan of a reseller.", body: "ServicePlan", reply: "ServicePlan", once: true},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/service_plans/{PLAN_ID}", reach: reachTree, handler: (*Face).getPlan,
			summary: "The service plan.", reply: "ServicePlan"},
		{verb: "POST", path: "/accounts/{ACCOUNT_ID}/service_plans/{PLAN_ID}", reach: reachTree,
			handler: (*Face).replacePlan, summary: "Replace the service plan.", body: "ServicePlan",
			reply: "ServicePlan", once: true},
		{verb: "PATCH", path: "/accounts/{ACCOUNT_ID}/service_plans/{PLAN_ID}", reach: reachTree,
			handler: (*Face).patchPlan, summary: "Change the service plan; null removes.", body: "ServiceDocument",
			reply: "ServicePlan", once: true},
		{verb: "DELETE", path: "/accounts/{ACCOUNT_ID}/service_plans/{PLAN_ID}", reach: reachTree,
			handler: (*Face).removePlan, summary: "Take a service plan away that no account has.", reply: "ServicePlan"},

		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services", reach: reachTree, handler: (*Face).getServices,
			summary: "The account's services.", reply: "Services",
			query: []param{{"shape", "plans: the plans alone.", schemaText}}},
		{verb: "POST", path: "/accounts/{ACCOUNT_ID}/services", reach: reachReseller, handler: (*Face).editServices,
			summary: "Say who pays, add and remove plans, set overrides: all or nothing.", body: "ServiceEdit",
			reply: "Services", once: true},
		{verb: "POST", path: "/accounts/{ACCOUNT_ID}/services/{PLAN_ID}", reach: reachReseller,
			handler: (*Face).assignPlan, summary: "Give the account a plan of its reseller.", body: "ServiceAddition",
			reply: "ServiceDocument", once: true},
		{verb: "DELETE", path: "/accounts/{ACCOUNT_ID}/services/{PLAN_ID}", reach: reachReseller,
			handler: (*Face).unassignPlan, summary: "Take a plan from the account.", reply: "ServiceDocument", once: true},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/status", reach: reachTree, handler: (*Face).getStatus,
			summary: "Whether the account is in good standing.", reply: "ServiceStatus"},
		{verb: "POST", path: "/accounts/{ACCOUNT_ID}/services/status", reach: reachMaster, handler: (*Face).setStatus,
			summary: "Mark the account as delinquent, or take the mark away.", body: "ServiceStanding",
			reply: "ServiceStatus", once: true},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/manual", reach: reachReseller, handler: (*Face).getManual,
			summary: "The quantities set by hand.", reply: "ServiceQuantities", csv: true},
		{verb: "POST", path: "/accounts/{ACCOUNT_ID}/services/manual", reach: reachReseller, handler: (*Face).setManual,
			summary: "Replace the quantities set by hand; with merge beside data as PATCH.", body: "ServiceDocument",
			reply: "ServiceQuantities", once: true},
		{verb: "PATCH", path: "/accounts/{ACCOUNT_ID}/services/manual", reach: reachReseller, handler: (*Face).setManual,
			summary: "Change quantities set by hand; null removes.", body: "ServiceDocument",
			reply: "ServiceQuantities", once: true},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/overrides", reach: reachTree, handler: (*Face).getOverrides,
			summary: "What is laid over all plans of the account.", reply: "ServiceDocument"},
		{verb: "POST", path: "/accounts/{ACCOUNT_ID}/services/overrides", reach: reachReseller,
			handler: (*Face).setOverrides, summary: "Replace the overrides; with merge beside data as PATCH.",
			body: "ServiceDocument", reply: "ServiceDocument", once: true},
		{verb: "PATCH", path: "/accounts/{ACCOUNT_ID}/services/overrides", reach: reachReseller,
			handler: (*Face).setOverrides, summary: "Change the overrides; null removes, {} empties.",
			body: "ServiceDocument", reply: "ServiceDocument", once: true},
		{verb: "POST", path: "/accounts/{ACCOUNT_ID}/services/quote", reach: reachTree, handler: (*Face).quote,
			summary: "Price plans for the account's quantities; nothing is kept.", body: "ServiceEdit",
			reply: "ServiceSummary", csv: true},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/summary", reach: reachTree, handler: (*Face).getSummary,
			summary: "What the services cost per month.", reply: "ServiceSummary", csv: true},
		{verb: "POST", path: "/accounts/{ACCOUNT_ID}/services/reconciliation", reach: reachReseller,
			handler: (*Face).reconcile, summary: "Count anew what is counted here.", reply: "Empty", once: true},
		{verb: "POST", path: "/accounts/{ACCOUNT_ID}/services/synchronization", reach: reachReseller,
			handler: (*Face).synchronize, summary: "Hand the invoices to who bills them.", reply: "Empty", once: true},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/available", reach: reachTree,
			handler: (*Face).listAvailable, summary: "The plans of the account's reseller, by id.",
			query: append(listParams(), param{"details", "true: whole plans.", schemaFlag}), reply: "ServicePlanList"},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/editable", reach: reachTree, handler: (*Face).getEditable,
			summary: "What overrides may set.", reply: "ServiceDocument"},
		{verb: "GET", path: "/services/editable", reach: reachToken, handler: (*Face).getEditable,
			summary: "What overrides may set.", reply: "ServiceDocument"},

		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/audit", reach: reachTree, handler: (*Face).listAudit,
			summary: "The audit logs of a time, the newest first.", csv: true, reply: "AuditLogList",
			query: append(append(auditParams(), listParams()...), param{"details", "true: whole logs.", schemaFlag})},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/audit/{AUDIT_ID}", reach: reachTree,
			handler: (*Face).getAudit, summary: "An audit log.", reply: "AuditLog"},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/audit_summary", reach: reachTree,
			handler: (*Face).auditObject, summary: "Changes and usage by item and day.", csv: true, reply: "AuditSummary",
			query: append(auditParams(), param{"shape", "array: as audit/summary.", schemaText})},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/audit/summary", reach: reachTree,
			handler: (*Face).auditArray, summary: "The same in an array.", csv: true, reply: "AuditSummary",
			query: append(auditParams(), param{"shape", "object: as audit_summary.", schemaText})},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/audit_summary/{SOURCE_SERVICE}", reach: reachTree,
			handler: (*Face).auditSource, summary: "Those of one item by day, the newest first.", csv: true,
			reply: "AuditDays", query: auditParams()},
		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/services/audit/summary/{SOURCE_SERVICE}", reach: reachTree,
			handler: (*Face).auditSource, summary: "The same.", csv: true, reply: "AuditDays", query: auditParams()},

		{verb: "GET", path: "/accounts/{ACCOUNT_ID}/users", reach: reachTree, handler: (*Face).listUsers,
			summary: "Who may log in with a password.", reply: "UserList", csv: true},
		{verb: "PUT", path: "/accounts/{ACCOUNT_ID}/users", reach: reachTree, handler: (*Face).createUser,
			summary: "Let somebody log in with a password.", body: "NewUser", reply: "User"},
		{verb: "DELETE", path: "/accounts/{ACCOUNT_ID}/users/{USER_ID}", reach: reachTree, handler: (*Face).removeUser,
			summary: "Take a user away and end his tokens.", reply: "User"},
	}
}
