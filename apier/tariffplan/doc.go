// Package tariffplan reads tariff plans in CGRateS's CSV tables and compiles
// them into the engine's values: destinations, timings, rating plans and
// profiles, shared groups, actions and triggers.
//
//	folder --Read--> Tables (rows as written) --Compile--> Set, warnings, or Errors
//
// [Read] knows files, lines and quotes; [Compile] knows what the rows mean and
// checks everything before anything is used: a plan is taken whole or not at
// all. Every problem names its file, line and column, and they are collected
// up to a bound instead of one at a time. Rows may also come from requests
// ([Tables.Put]), and parts of a plan can be compiled alone
// ([Tables.ForPlan], [Tables.ForProfile]).
//
// What CGRateS ignores or guesses is refused, with a text that says what to
// write instead: a price that is not what its author meant costs money.
//
// It is not the store of the plans (that is the engine), it prices nothing
// (that is engine/rating), and it has no clock: a plan means the same whenever
// it is loaded.
//
// Source: cgrates-charging, sections 5 and 7.
package tariffplan
