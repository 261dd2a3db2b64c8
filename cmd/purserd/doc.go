// Command purserd is the balance daemon. It opens the store, starts the
// engine, serves its listeners and, on SIGTERM, stops them in the opposite
// order. It holds no rules of its own: run.go reads as the list of what is
// wired to what, and why in that order.
package main
