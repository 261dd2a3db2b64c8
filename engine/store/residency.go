package store

import (
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// residentMax is how many bytes of journal are written before its mapped pages
// are given back. bbolt maps its files, a page that was read stays mapped, and
// a commit reads the pages that the one before it wrote: without this the
// whole journal counts as resident memory of the daemon.
const residentMax = 32 << 20

// letGo gives the memory of a file's mapped pages back. They stay in the
// system's page cache and are mapped again when they are read. No write
// transaction may be open or begin meanwhile: it could move the mapping.
func letGo(db *bolt.DB) error {
	var size int64
	if err := db.View(func(tx *bolt.Tx) error {
		size = tx.Size()
		return nil
	}); err != nil {
		return fmt.Errorf("store: size of %s: %w", db.Path(), err)
	}
	if err := dropPages(db.Info().Data, size); err != nil {
		return fmt.Errorf("store: give pages of %s back: %w", db.Path(), err)
	}
	return nil
}
