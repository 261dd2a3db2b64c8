// Package purser is the root of a balance engine for telecom: it keeps prepaid
// and postpaid balances exactly and durably. It holds no code, only the tests
// of rules that bind the whole repository (repo_test.go).
//
// The programs are cmd/purserd, the daemon, and cmd/purser, the operator's
// client. ARCHITECTURE.md shows the rooms and the way of a request through them.
package purser
