// Package audit is the service audit: its logs, what changed an account's
// services and who asked for it, and the same by days: per account, item and UTC
// day, how many were added and removed and how many there are, and how much was
// used.
//
// A log ([Logs]) is read off its entry. The days are a fold of entries. A change of an effective quantity
// ([services.Change]) and a ledger line of a metered source each touch one [Row]:
// that of their [Series] and [Day]. A series gets its name in [Names] when it is
// first seen. Rows and names are values that a store keeps as it likes;
// [History] keeps those of one account in memory. Object, Array and Source give
// the shapes of the four views.
//
// Rules and shapes are those of the two Kazoo documents, "services/audit_summary"
// and "services/audit/summary"; docs/divergences.md says where we differ.
//
// The package reads no clock, is given the entries of the journal, and does not decide which sources
// are metered. Times are Gregorian seconds, counted from year 0, in UTC.
package audit
