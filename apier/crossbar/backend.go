package crossbar

import (
	"context"

	"purser/engine"
	"purser/engine/audit"
)

// Engine is what the face needs of an engine.Engine; see there.
type Engine interface {
	// Do makes a change.
	Do(ctx context.Context, cmd *engine.Command) (engine.Result, error)

	// Read calls fn with a snapshot that holds every change answered before, and waits until all that it shows is on
	// the disk. fn must be quick, and return no errors but those of the State: any other would end the engine.
	Read(ctx context.Context, fn func(engine.State) error) error

	// View is Read that does not wait: fn runs soon, and done is called when all that it saw is on the disk, or when it
	// never will.
	View(ctx context.Context, fn func(engine.State) error, done func(error)) error

	// Rules returns the rules that it decides by.
	Rules() *engine.Rules

	// Stats returns the current figures.
	Stats() engine.Stats

	// Journal calls fn for each durable entry from number from on, in order, until fn returns an error.
	Journal(ctx context.Context, from uint64, fn func(*engine.Entry) error) error
}

// Audit is the service audit, which a store.Store keeps. It is asked within [Engine].Read.
type Audit interface {
	// AuditDays returns the rows of an account's days from first to last, both included: of all items, and of usage of
	// the metered sources.
	AuditDays(owner engine.AccountID, first, last audit.Day, metered []string) ([]audit.NamedRow, error)

	// AuditLogs returns where up to limit audit logs of an account are, from one place to another, both included; the
	// newest first unless ascending.
	AuditLogs(owner engine.AccountID, from, to audit.Place, ascending bool, limit int) ([]audit.Place, error)
}

// account is an account as handlers need it: its place in the tree, and who sells to it.
type account struct {
	*engine.Member
	reseller engine.HexID // the nearest reseller above; the master's is itself
}

// readTree reads one snapshot of the tree of accounts.
func (f *Face) readTree(ctx context.Context, fn func(engine.Tree) error) error {
	return f.opts.Engine.Read(ctx, func(s engine.State) error { return fn(engine.Tree{State: s}) })
}

// accountOf returns m as handlers need it, nil for nil.
func accountOf(t engine.Tree, m *engine.Member) (*account, error) {
	if m == nil {
		return nil, nil
	}
	seller, err := t.Reseller(m)
	if err != nil {
		return nil, err
	}
	return &account{m, seller.ID}, nil
}

// accountByID returns the account of that id, nil when there is none.
func accountByID(t engine.Tree, id engine.HexID) (*account, error) {
	m, err := t.ByID(id)
	if err != nil {
		return nil, err
	}
	return accountOf(t, m)
}

// readAccount reads one account, nil when there is none.
func (f *Face) readAccount(ctx context.Context, id engine.HexID) (a *account, err error) {
	err = f.readTree(ctx, func(t engine.Tree) (err error) {
		a, err = accountByID(t, id)
		return err
	})
	return a, err
}
