// Package crossbar serves the REST API of Kazoo's Crossbar application below /v2: accounts, login tokens, and the
// plumbing that ledgers and services stand on.
//
// The idea: one table of routes (routes.go) says of each endpoint its verb, path, who may call it, what it takes and
// returns, and the function that does it. Everything that is the same for all endpoints happens around that function,
// in one order (face.go), which clients can rely on:
//
//	route 404 -> verb 405 -> token 401 -> account 404 -> reach 403 -> body 400 -> the handler: form 400, state 404, 409
//
// A handler is a method of Face that gets a request whose caller, account, clock and body are known, reads the body
// with a form (form.go), which collects all that is wrong with it, and returns a reply or an error. Errors become
// statuses and envelopes in one file (errors.go). The same table makes the OpenAPI document (openapi.go), against
// which the tests hold what handlers really answer.
//
// The package decides nothing about money or accounts, which is the engine's, and keeps nothing but login tokens and
// the count of failed logins, both in memory and bounded. It knows no other face.
package crossbar
