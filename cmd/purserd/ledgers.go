package main

import (
	"purser/config"
	"purser/engine"
	"purser/engine/ledger"
	"purser/engine/store"
)

// ledgersOf returns what opens ledgers for the faces.
func ledgersOf(folds *store.Store) func(engine.AccountID) (*ledger.View, func() error, error) {
	return func(owner engine.AccountID) (*ledger.View, func() error, error) {
		l, err := folds.Ledger(owner)
		if err != nil {
			return nil, nil, err
		}
		return &l.View, l.Close, nil
	}
}

func ledgerUnits(cfg config.Config) ledger.Units {
	return ledger.Units{Currency: cfg.Ledgers.Currency, Data: cfg.Ledgers.DataUnit}
}
