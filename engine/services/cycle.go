package services

import "time"

// NextCycle returns when the billing cycle of a time ends and the next one
// begins: a cycle is a calendar month in UTC. Source: ledgers-and-services, 7.12.
func NextCycle(at time.Time) time.Time {
	year, month, _ := at.UTC().Date()
	return time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC)
}
