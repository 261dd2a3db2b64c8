// Package apier serves the RPC methods of CGRateS over purser's engine: APIerSv1, APIerSv2, Responder and what
// clients of these probe with.
//
// The idea: a method is a struct that JSON-RPC decodes the argument into, and a few lines that turn it into one
// command or one read of the engine. No handler waits: it queues what is to be done and returns, so that the requests
// of a connection take effect in the order sent, and the engine's callback answers.
//
//	arguments -> engine.Change -> Engine.Submit -> engine.Result -> wire shape
//
// Two dialects of arguments are understood on the same methods (balance.go): nested, as CGRateS has it since 2020, and
// flat, as its documentation and most of its clients still have it. Errors of the engine become the texts of CGRateS
// in one table (errors.go). Where purser departs from CGRateS the comment says so.
//
// Files: one per group of methods (change.go, accounts.go, charge.go, ...), one per notion of the arguments
// (balance.go, expiry.go, value.go, idempotency.go, ...), one per shape of answers (account_v1.go, account_v2.go,
// callcost.go, entry.go).
//
// The package decides nothing about money: which balance pays, what is refused, what is kept is the engine's. It does
// not know how requests travel either: that is package rpcjson.
package apier
