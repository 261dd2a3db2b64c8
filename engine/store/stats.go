package store

// Stats are figures of an open store.
type Stats struct {
	Accounts      int    // of all tenants
	CheckpointSeq uint64 // entry that the file stands for
}

// Stats returns the current figures. Any goroutine may call it.
func (s *Store) Stats() Stats {
	return Stats{Accounts: int(s.accounts.Load()), CheckpointSeq: s.filed.Load()}
}
