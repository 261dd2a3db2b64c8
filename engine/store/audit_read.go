package store

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/audit"
	"purser/engine/ledger"
)

// AuditUsage says how usage is shown in audits.
type AuditUsage struct {
	Sources []string // of ledgers: those that are metered
	Units   ledger.Units
}

// AuditDays returns the rows of the days from first to last, both included, of
// an account: of all items, and of usage as u says.
func (s *Store) AuditDays(owner engine.AccountID, first, last audit.Day, u AuditUsage) ([]audit.NamedRow, error) {
	names, err := s.auditNames(owner)
	if err != nil {
		return nil, err
	}
	shown := names.Shown(u.Sources)
	begin := auditDayKey(owner, max(first, 0), 0)
	end := string(auditDayKey(owner, max(last, -1)+1, 0))
	rows := map[string]audit.Row{} // by key; the newest layer comes last
	err = s.read(func(tx *bolt.Tx) error {
		c := tx.Bucket(auditBucket).Cursor()
		for key, value := c.Seek(begin); key != nil && string(key) < end; key, value = c.Next() {
			var row audit.Row
			if err := s.coder.decode(key, value, &row); err != nil {
				return err
			}
			rows[string(key)] = row
		}
		return nil
	})
	for _, layer := range slices.Backward(s.auditLayers()) {
		layer.days.Ascend(string(begin), func(key string, row *audit.Row) bool {
			if key < end {
				rows[key] = *row
			}
			return key < end
		})
	}
	var named []audit.NamedRow
	for key, row := range sorted(rows, strings.Compare) {
		place := key[len(key)-8:]
		series := int(binary.BigEndian.Uint32([]byte(place[4:])))
		if series >= len(shown) {
			return nil, fmt.Errorf("store: a row of the audit of %s is of series %d, of %d", owner, series, len(shown))
		}
		if name := shown[series]; name != "" {
			row.Unit = u.Units.Name(row.Unit)
			named = append(named, audit.NamedRow{Name: name, Day: audit.Day(binary.BigEndian.Uint32([]byte(place))), Row: row})
		}
	}
	return named, err
}

// AuditLogs returns where up to limit audit logs of an account are, from one
// place to another, both included: the first of them if ascending, else the
// last, the newest first.
func (s *Store) AuditLogs(owner engine.AccountID, from, to audit.Place, ascending bool, limit int) ([]audit.Place,
	error,
) {
	page := &logPage{from: from, to: to, ascending: ascending, limit: limit,
		begin: string(auditLogKey(owner, max(from.Created, 0), from.Seq)),
		end:   string(auditLogKey(owner, max(to.Created, 0), to.Seq))}
	if from.Created > to.Created || to.Created < 0 {
		return nil, nil
	}
	for _, layer := range s.auditLayers() {
		n := 0 // of this layer: each could have the whole page
		take := func(key string, logs int) bool {
			n += page.add(key, logs)
			return n < limit
		}
		if ascending {
			layer.logs.Ascend(page.begin, func(key string, logs int) bool { return key <= page.end && take(key, logs) })
		} else {
			layer.logs.Descend(page.end, func(key string, logs int) bool { return key >= page.begin && take(key, logs) })
		}
	}
	err := s.read(func(tx *bolt.Tx) error { return page.read(s.coder, tx.Bucket(auditBucket).Cursor()) })
	return page.sorted(), err
}

// auditLayers are the changes over the file, the newest first.
func (s *Store) auditLayers() []*auditChanges {
	layers := []*auditChanges{&s.dirty.audit}
	if s.writing != nil {
		layers = append(layers, &s.writing.audit)
	}
	return layers
}

// logPage is a page of logs that is being put together.
type logPage struct {
	from, to   audit.Place
	begin, end string // keys of these
	ascending  bool
	limit      int
	places     []audit.Place
}

// add adds the logs of an entry that are between from and to, and returns how
// many they are.
func (p *logPage) add(key string, logs int) (n int) {
	at := audit.Place{Created: int64(binary.BigEndian.Uint64([]byte(key[len(key)-16:]))),
		Seq: binary.BigEndian.Uint64([]byte(key[len(key)-8:]))}
	for ; at.Part < logs; at.Part++ {
		if at.Compare(p.from) >= 0 && at.Compare(p.to) <= 0 {
			p.places = append(p.places, at)
			n++
		}
	}
	return n
}

// read adds those that the file has.
func (p *logPage) read(coder coder, c *bolt.Cursor) error {
	step := c.Next
	key, value := c.Seek([]byte(p.begin))
	if !p.ascending {
		step = c.Prev
		if key, value = c.Seek([]byte(p.end)); key == nil {
			key, value = c.Last()
		}
		if string(key) > p.end {
			key, value = c.Prev()
		}
	}
	for n := 0; key != nil && n < p.limit; key, value = step() {
		if string(key) < p.begin || string(key) > p.end {
			break
		}
		var logs int
		if err := coder.decode(key, value, &logs); err != nil {
			return err
		}
		n += p.add(string(key), logs)
	}
	return nil
}

// sorted returns the page. The file may have what a checkpoint has just written
// already.
func (p *logPage) sorted() []audit.Place {
	slices.SortFunc(p.places, audit.Place.Compare)
	p.places = slices.Compact(p.places)
	if !p.ascending {
		slices.Reverse(p.places)
	}
	return p.places[:min(p.limit, len(p.places))]
}
