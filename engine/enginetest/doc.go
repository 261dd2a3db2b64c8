// Package enginetest is what tests of the engine and of its journals share.
//
// [State] is an [engine.Folds] on maps, simple enough to be right by reading,
// which real stores are compared with. [Journal] is an [engine.Journal] in
// memory whose commits can be made to fail in each way that a disk or a
// network has, and that can crash. [JournalSuite] says what every journal must
// do. [Clock] and [UUIDs] make runs repeatable. Only tests import it.
package enginetest
