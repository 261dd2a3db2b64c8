// Package rpcjson carries JSON-RPC over TCP, over TCP in both directions, and over HTTP.
//
// The idea: a connection is one line of calls. One goroutine reads it: it finds the end of a request, decodes it, and
// hands it to the method, which may answer at once or later from any goroutine. Only then is the next request looked
// at, so the requests of one connection take effect in the order sent. A second goroutine writes the answers in that
// same order, all that are ready in one call. Between the two stands a bounded channel of calls; when it is full the
// connection is not read.
//
//	bytes -> frames (frame.go) -> decoder (request.go) -> Method.Serve -> Call.Reply -> answers (reply.go) -> bytes
//
// Nothing that a client sends is given to a parser before its length and depth are known to be within the limits of
// Options. Two dialects are spoken, and the endpoint decides which, never the request:
//
//   - CGRateS: {"id":ID,"result":R,"error":null} and a newline, the error being text: TCP, both-directions TCP and
//     POST /jsonrpc;
//   - JSON-RPC 2.0 (https://www.jsonrpc.org/specification): POST /rpc, netstring connections (first byte a digit)
//     and batches.
//
// The package knows nothing of balances: it is given methods with a role each, and a listener is given the roles that
// it may use. A method without a role cannot be registered. It is not a framework either: no sessions, no
// authentication, no TLS of its own; a tls.Listener and an http.Server of the caller work as they are.
package rpcjson
