// Package store keeps a journal and what is folded from it in two bbolt files.
//
// journal.db is the truth: one record a commit group, sealed, synced before
// Commit returns. checkpoint.db is a copy of the folded state at one position
// of the journal; delete it and it is folded again. [Journal] implements
// [engine.Journal], [Store] implements [engine.Folds].
//
// Accounts are in memory in two forms: those used last as the engine has them
// (hot.go), and, as far as there is room, all others encoded, without a pointer
// for the collector to follow (rows.go). What is not there is in the file. The
// rows that changed since the last checkpoint never leave memory.
//
// When enough has changed, the changes are set aside, and once the journal is
// durable up to them a goroutine writes them, sorted, as a new run of accounts
// (run.go), merged with older ones if it is time (accounts_writer.go), and with
// the last transaction their position: whatever a crash leaves is the state at
// one position, and the engine folds the rest of the journal behind it.
//
// bbolt keeps no checksums of data (of 127 bit flips that mattered 120 passed
// it unseen), so every value carries its own: seals in the journal, CRC-32C in
// the checkpoint. [Verify] checks all of it, and that the one follows from the
// other. The bytes are written down in docs/file-format.md.
//
// The package decides nothing and reads no clock.
package store
