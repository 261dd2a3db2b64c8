// Package engine decides what a request does to accounts and makes it durable.
//
// Data goes one way. A face names a [Command]; [Rules.Decide], a pure function
// of the newest [State] and the command, answers with an [Entry] that says what
// changes, or refuses; the entry is folded into the state and handed to the
// [Journal] with all others of its commit group; when the group is on the disk,
// its callers are answered. The journal is the truth: every account is the sum
// of its postings, and the state can be thrown away and folded again.
//
// One goroutine, the writer, stamps, decides and folds (writer.go); another
// seals and commits, so that the next group is decided while this one is
// synced. Reads go through the same queue ([Engine.View]), which is why a
// caller sees every change queued before its read, and none that a crash could
// take back.
//
// The package knows no disk and no network: [Journal] and [Folds] are its two
// interfaces to them. Only engine.go and writer.go read the clock or make ids;
// everything else is pure, so that a command gives the same entry in service,
// in a test and in a replay.
package engine
