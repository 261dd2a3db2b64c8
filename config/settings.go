package config

import (
	"fmt"
	"strings"
)

// Setting describes one setting to people: its name in files and flags, its
// default as one would write it, and one line of help.
type Setting struct {
	Name, Default, Help string
}

// Env returns the environment variable of the setting: PURSER_LISTEN_JSON for
// listen.json.
func (s Setting) Env() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(s.Name, ".", "_"))
}

// Names returns all settings in the order in which they are documented.
func Names() []Setting {
	table := bind(new(Config))
	names := make([]Setting, len(table))
	for i, b := range table {
		names[i] = b.Setting
	}
	return names
}

// String returns c as a YAML file, one line a setting; a secret is left out and
// a comment says whether it is set.
func (c Config) String() string {
	var out strings.Builder
	for _, b := range bind(&c) {
		if secret, ok := b.field.(*Secret); ok {
			fmt.Fprintf(&out, "# %s: not shown, %q\n", b.Name, secret.String())
			continue
		}
		fmt.Fprintf(&out, "%s: %s\n", b.Name, yamlText(b.field))
	}
	return out.String()
}

// binding ties a setting to the field of one Config that it fills.
type binding struct {
	Setting
	field any // pointer to a type that value.go can parse and print
}

// bind returns the table of all settings for c.
func bind(c *Config) []binding {
	return []binding{
		{Setting{"listen.json", "127.0.0.1:2012", "JSON-RPC over TCP, CGRateS dialect (empty: off)"}, &c.Listen.JSON},
		{Setting{"listen.bijson", "127.0.0.1:2014", "JSON-RPC over TCP, both directions (empty: off)"}, &c.Listen.BiJSON},
		{Setting{"listen.http", "127.0.0.1:2080", "POST /jsonrpc and /rpc (empty: off)"}, &c.Listen.HTTP},
		{Setting{"listen.rest", "127.0.0.1:8000", "REST /v2, Kazoo dialect (empty: off)"}, &c.Listen.REST},
		{Setting{"listen.allow", "", "networks of accepted peers, e.g. 10.0.0.0/8 (empty: any)"}, &c.Listen.Allow},
		{Setting{"tls.cert", "", "PEM file of the certificate chain (empty: no TLS)"}, &c.TLS.Cert},
		{Setting{"tls.key", "", "PEM file of the private key (empty: no TLS)"}, &c.TLS.Key},
		{Setting{"tls.client_ca", "", "PEM file; clients must show a certificate of it"}, &c.TLS.ClientCA},
		{Setting{"roles.json", allRoles, "what peers of listen.json may do"}, &c.Roles.JSON},
		{Setting{"roles.bijson", allRoles, "what peers of listen.bijson may do"}, &c.Roles.BiJSON},
		{Setting{"roles.http", allRoles, "what peers of listen.http may do"}, &c.Roles.HTTP},
		{Setting{"http.hosts", "", "names accepted in Host besides localhost and loopback addresses"}, &c.HTTP.Hosts},
		{Setting{"http.origins", "", "browser origins that may call listen.http (empty: none)"}, &c.HTTP.Origins},
		{Setting{"store.dir", "purser-data", "data directory, made with mode 0700"}, &c.Store.Dir},
		{Setting{"store.checkpoint_accounts", "400000", "changed accounts that start a checkpoint"},
			&c.Store.CheckpointAccounts},
		{Setting{"store.checkpoint_entries", "400000", "journal entries that start a checkpoint"},
			&c.Store.CheckpointEntries},
		{Setting{"store.cache_bytes", "469762048", "bytes of unchanged accounts kept in memory"}, &c.Store.CacheBytes},
		{Setting{"rest.master_api_key", "", "the master account's API key (empty: made and shown once)"},
			&c.REST.MasterAPIKey},
		{Setting{"rest.test_clock", "false", "let requests that may write set the billing clock; tests only"},
			&c.REST.TestClock},
		{Setting{"rest.self_topup", "false", "let any account top itself up; else only its reseller"},
			&c.REST.SelfTopUp},
		{Setting{"rest.origins", "", "browser origins whose pages may call (empty: any)"}, &c.REST.Origins},
		{Setting{"rest.realm_suffix", "sip.internal", "end of the realm of an account that is given none"},
			&c.REST.RealmSuffix},
		{Setting{"rest.token_ttl", "1h", "how long a login token is good for"}, &c.REST.TokenTTL},
		{Setting{"rest.tokens", "100000", "login tokens"}, &c.REST.Tokens},
		{Setting{"rest.tokens_per_account", "1000", "login tokens of one account"}, &c.REST.TokensPerAccount},
		{Setting{"rest.login_failures", "10", "failed logins a minute of one address or account"}, &c.REST.LoginFailures},
		{Setting{"rest.body_bytes", "8000000", "bytes of one body"}, &c.REST.BodyBytes},
		{Setting{"rest.bodies_bytes", "268435456", "bytes of the bodies of all requests being served"},
			&c.REST.BodiesBytes},
		{Setting{"rest.values", "100000", "objects, lists, texts and numbers of one body"}, &c.REST.Values},
		{Setting{"rest.text_bytes", "4096", "bytes of one text of a body"}, &c.REST.TextBytes},
		{Setting{"rest.filters", "20", "filters of one list"}, &c.REST.Filters},
		{Setting{"rest.page_size", "50", "items of a page when a request does not say"}, &c.REST.PageSize},
		{Setting{"rest.page_size_max", "1000", "items of a page that a request may ask for"}, &c.REST.PageSizeMax},
		{Setting{"rest.waiting", "1000", "requests that wait for an entry of a journal"}, &c.REST.Waiting},
		{Setting{"rest.journal_entries", "100000", "entries that one request for a journal looks at"},
			&c.REST.JournalEntries},
		{Setting{"rest.journal_bytes", "8000000", "bytes of the entries in one reply"}, &c.REST.JournalBytes},
		{Setting{"rest.ledger_balance_id", "*ledger", "ID of the money balance that REST credits and debits change"},
			&c.REST.LedgerBalanceID},
		{Setting{"ledgers.deny_negative", "false", "refuse REST debits of more money than an account has"},
			&c.Ledgers.DenyNegative},
		{Setting{"ledgers.currency", "USD", "unit of ledger lines about money"}, &c.Ledgers.Currency},
		{Setting{"ledgers.data_unit", "bytes", "unit of ledger lines about *data"}, &c.Ledgers.DataUnit},
		{Setting{"audit.usage_sources", "per-minute-voip,mobile_data", "sources of usage in the service audit"},
			&c.Audit.UsageSources},
		{Setting{"services.categories", defaultCategories, "what services/editable offers: category.item"},
			&c.Services.Categories},
		{Setting{"tariffplan.dir", "", "only folder tree that RPC calls may load (empty: none)"}, &c.TariffPlan.Dir},
		{Setting{"general.default_tenant", "cgrates.org", "tenant of requests that name none"}, &c.General.DefaultTenant},
		{Setting{"idempotency.keep", "48h", "how long a key and its reply are kept"}, &c.Idempotency.Keep},
		{Setting{"limits.request_bytes", "1048576", "bytes of one request"}, &c.Limits.RequestBytes},
		{Setting{"limits.depth", "32", "nesting of one JSON document"}, &c.Limits.Depth},
		{Setting{"limits.in_flight", "256", "unanswered requests of one connection"}, &c.Limits.InFlight},
		{Setting{"limits.connections", "10000", "open connections to listen.json and bijson, and as many to http and rest"},
			&c.Limits.Connections},
		{Setting{"limits.connections_per_peer", "1024", "open connections of one IP address"},
			&c.Limits.ConnectionsPerPeer},
		{Setting{"limits.request_time", "10s", "time from a request's first byte to its last"}, &c.Limits.RequestTime},
		{Setting{"limits.write_time", "10s", "time a peer may take to accept an answer"}, &c.Limits.WriteTime},
		{Setting{"limits.batch", "100", "requests of one batch"}, &c.Limits.Batch},
		{Setting{"limits.batch_bytes", "67108864", "bytes of one batch's answers, behind which it has no long ones"},
			&c.Limits.BatchBytes},
		{Setting{"limits.long_answers", "16",
			"long lists in memory, of JSON-RPC and of REST; others wait until one is written"}, &c.Limits.LongAnswers},
		{Setting{"limits.queue", "4096", "commands that wait for the writer"}, &c.Limits.Queue},
		{Setting{"limits.group", "1024", "commands of one commit"}, &c.Limits.Group},
		{Setting{"limits.list", "100000", "accounts in one list answer"}, &c.Limits.List},
		{Setting{"limits.name_bytes", "128", "bytes of a tenant, account or other name"}, &c.Limits.NameBytes},
		{Setting{"limits.balances", "1000", "balances of one account"}, &c.Limits.Balances},
		{Setting{"limits.prefixes", "100000", "prefixes of one destination"}, &c.Limits.Prefixes},
		{Setting{"limits.places", "100000", "destinations, and as many timings"}, &c.Limits.Places},
		{Setting{"limits.triggers", "32", "action triggers of one account, and of one group"}, &c.Limits.Triggers},
		{Setting{"limits.actions", "32", "actions under one ID"}, &c.Limits.Actions},
		{Setting{"limits.tariff", "1000000", "things in the whole tariff: destinations, plans, profiles, ..."},
			&c.Limits.Tariff},
		{Setting{"limits.members", "1000", "accounts in one shared group"}, &c.Limits.Members},
		{Setting{"limits.tree_depth", "32", "accounts above another one"}, &c.Limits.TreeDepth},
		{Setting{"limits.users", "100", "users of one account"}, &c.Limits.Users},
		{Setting{"limits.service_accounts", "1000000", "accounts that have services"}, &c.Limits.ServiceAccounts},
		{Setting{"limits.service_plans", "10000", "service plans of all resellers together"}, &c.Limits.ServicePlans},
		{Setting{"limits.audit_items", "1000", "items that one account's service audit has ever seen"},
			&c.Limits.AuditItems},
		{Setting{"limits.refund_items", "10000", "increments of one refund"}, &c.Limits.RefundItems},
		{Setting{"limits.metadata_bytes", "65536", "bytes of one command's metadata"}, &c.Limits.MetadataBytes},
		{Setting{"limits.line_text_bytes", "4096", "bytes of a ledger line's source ID and description"},
			&c.Limits.LineTextBytes},
		{Setting{"limits.line_kinds", "256", "kinds of lines (source, usage type and unit) of one ledger"},
			&c.Limits.LineKinds},
		{Setting{"limits.ledger_batch", "500", "lines of one batch for a ledger"}, &c.Limits.LedgerBatch},
		{Setting{"charging.max_usage.voice", "72h", "most that one voice authorisation grants"},
			&c.Charging.MaxUsage.Voice},
		{Setting{"charging.max_usage.data", "107374182400", "most bytes that one data authorisation grants"},
			&c.Charging.MaxUsage.Data},
		{Setting{"charging.max_usage.sms", "10000", "most messages that one SMS authorisation grants"},
			&c.Charging.MaxUsage.SMS},
		{Setting{"charging.max_usage.mms", "10000", "most messages that one MMS authorisation grants"},
			&c.Charging.MaxUsage.MMS},
		{Setting{"charging.max_usage.other", "189h", "most that one authorisation of any other ToR grants"},
			&c.Charging.MaxUsage.Other},
		{Setting{"notify.allow", "", "beginnings of addresses that triggers may post to (empty: none)"}, &c.Notify.Allow},
		{Setting{"notify.timeout", "5s", "time a notified server or peer may take to answer"}, &c.Notify.Timeout},
		{Setting{"notify.give_up", "1h", "how long a notification is tried again"}, &c.Notify.GiveUp},
		{Setting{"notify.pending", "1024", "notifications waiting in memory"}, &c.Notify.Pending},
		{Setting{"notify.subscribers", "100", "subscriptions of peers to firings of triggers"}, &c.Notify.Subscribers},
		{Setting{"memory.soft_limit", "939524096", "bytes of memory that the collector tries to stay below"},
			&c.Memory.SoftLimit},
		{Setting{"log.level", "info", "debug, info, warn or error"}, &c.Log.Level},
		{Setting{"log.format", "text", "text or json"}, &c.Log.Format},
		{Setting{"stop.timeout", "5s", "how long a stop waits for the last answers"}, &c.Stop.Timeout},
	}
}

// allRoles is the default of the roles settings.
const allRoles = "read,charge,topup,admin"

// defaultCategories is the default of services.categories, the same as that of
// engine/services. Source: ledgers-and-services, 7.14.
const defaultCategories = "accounts.account,conferences.conference,devices.sip_device,devices.ata,devices.cellphone," +
	"devices.fax,devices.landline,devices.mobile,devices.sip_uri,devices.smartphone,devices.softphone,devices.ctu," +
	"devices.application,faxes.mailbox,limits.twoway_trunks,limits.inbound_trunks,limits.outbound_trunks," +
	"number_services.cnam,number_services.e911,number_services.port,number_services.sms,number_services.mms," +
	"phone_numbers.caribbean,phone_numbers.did_us,phone_numbers.emergency,phone_numbers.international," +
	"phone_numbers.toll_us,phone_numbers.tollfree_us,phone_numbers.unknown,users.user,users.admin," +
	"voicemails.mailbox,voicemails.transcription"
