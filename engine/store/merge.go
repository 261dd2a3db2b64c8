package store

import "bytes"

// source gives rows in the order of their keys.
type source interface {
	// row returns the row where the source stands, a nil key behind the last.
	row() (key, value []byte)
	// next goes to the row behind it.
	next() error
}

// merged is a source of the rows of several, newest first: of a key that is in
// more than one the row of the newest counts.
type merged struct {
	sources []source
	at      source // the one whose row is next; nil when there are none
}

func merge(sources ...source) *merged {
	m := &merged{sources: sources}
	m.choose()
	return m
}

// choose finds the source with the first key.
func (m *merged) choose() {
	var first []byte
	m.at = nil
	for _, s := range m.sources {
		if key, _ := s.row(); key != nil && (m.at == nil || bytes.Compare(key, first) < 0) {
			m.at, first = s, key
		}
	}
}

func (m *merged) row() (key, value []byte) {
	if m.at == nil {
		return nil, nil
	}
	return m.at.row()
}

func (m *merged) next() error {
	key, _ := m.row()
	for _, s := range m.sources {
		if s == m.at {
			continue
		}
		if other, _ := s.row(); bytes.Equal(other, key) && other != nil { // an older row of that key
			if err := s.next(); err != nil {
				return err
			}
		}
	}
	if err := m.at.next(); err != nil {
		return err
	}
	m.choose()
	return nil
}
