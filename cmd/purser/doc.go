// Purser is the operator's client of purserd: a console, one command a call,
// and a bench.
//
//	purser console
//	purser 'balance_set Tenant="cgrates.org" Account="1003" Value=12 BalanceID="23456"'
//	purser bench 127.0.0.1:2012
//	purser tariffplan check DIR
//	purser ledger 1003
//	purser services 1003
//	purser audit 1003 --from 2026-01-01
//
// It talks JSON-RPC in the CGRateS dialect over TCP, one request per line, and
// knows the daemon by its wire alone: what it can do, any client can.
//
// The idea of the console: a line becomes one JSON object and goes to one
// method. parse.go reads the line, commands.go and arguments.go are the table
// of what exists, request.go joins the two, client.go sends, printer.go and
// table.go show. Amounts are text from the line to the wire and back; nothing
// passes through a float.
//
// The other subcommands that ask a daemon (ledger.go, services.go, audit.go)
// have flags in place of a line, and share reader.go.
//
// The idea of the bench: a rate says more about the machine than about the
// daemon, so each load alternates between the daemon and a yardstick, a bare
// net/rpc server in its own process (yardstick.go), and the ratio is what
// counts. The load is a closed loop of requests encoded beforehand
// (benchops.go, benchload.go).
//
// It is not a library, and it holds no state but the history of its prompt.
package main
