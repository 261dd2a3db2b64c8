package apier

import (
	"math"
	"strings"

	"purser/engine"
	"purser/rpcjson"
)

// shape turns an account, and the timings that its balances name, into what a version of the API shows.
type shape func(*engine.Account, knownTimings) rpcjson.Appender

var (
	errNotFound = &engine.Error{Code: engine.CodeNotFound}
	errTooMany  = &engine.Error{Code: engine.CodeLimit, Text: "too many for one answer: use Limit and Offset"}
)

// accountArgs name one account. Source: cgrates-apier, section 9.9.
type accountArgs struct {
	scope
	Account string
}

// named returns the account that must be named.
func (s *service) named(args *accountArgs) (engine.AccountID, error) {
	s.defaultTenant(&args.scope)
	args.Account = strings.TrimSpace(args.Account)
	return args.account(args.Account), missing("Account", args.Account)
}

// accountOf returns an account. One that is not there is CodeNotFound.
func accountOf(st engine.State, id engine.AccountID) (*engine.Account, error) {
	a, err := st.Account(id)
	if a == nil && err == nil {
		err = errNotFound
	}
	return a, err
}

// memberOf returns an account in its tree. One that is not there is CodeNotFound.
func memberOf(t engine.Tree, id engine.AccountID) (*engine.Member, error) {
	m, err := t.ByAccount(id)
	if m == nil && err == nil {
		err = errNotFound
	}
	return m, err
}

// getAccount returns the handler of GetAccount in a version. A name is trimmed, unlike in CGRateS, where SetAccount
// trims it and GetAccount then does not find it.
func (s *service) getAccount(show shape) func(*rpcjson.Call, *accountArgs) {
	return func(c *rpcjson.Call, args *accountArgs) {
		s.defaultTenant(&args.scope)
		id := args.account(strings.TrimSpace(args.Account))
		s.view(c, nil, func(st engine.State) (any, error) {
			a, err := accountOf(st, id)
			if err != nil {
				return nil, err
			}
			return show(a, timingsOf(st, a)), nil
		})
	}
}

// accountsArgs select accounts of a tenant: those named, in this order and as often as named, or all of them, sorted
// by name. Offset and Limit cut the names, before what is not there or does not pass the filter drops out; so a page
// can be short. Below 0 they count as 0, and Limit 0 is none. Source: cgrates-apier, sections 9.10 and 13.
type accountsArgs struct {
	scope
	AccountIDs    []string
	Offset, Limit int
	Filter        accountOptions
	Disabled      *bool // the flat filter
}

// getAccounts returns the handler of GetAccounts in a version.
func (s *service) getAccounts(show shape) func(*rpcjson.Call, *accountsArgs) {
	return func(c *rpcjson.Call, args *accountsArgs) {
		s.defaultTenant(&args.scope)
		prefer(&args.Disabled, args.Filter.Disabled)
		l := &listing{service: s, args: args, show: show}
		l.next = l.all
		if len(args.AccountIDs) > 0 {
			l.next = l.named
		}
		l.skip, l.left = max(args.Offset, 0), args.Limit
		if l.left <= 0 {
			l.left = math.MaxInt
		}
		s.list(c, nil, l)
	}
}

// listing is a GetAccounts in work.
type listing struct {
	*service
	args *accountsArgs
	show shape
	next func(engine.State) ([]*engine.Account, bool, error)

	after      string // all: the last name seen
	skip, left int    // names to be skipped, and to be looked at behind them
	count      int    // accounts shown
	balances   int
}

// page implements [pages].
func (l *listing) page(st engine.State) (items answerList, more bool, err error) {
	accounts, more, err := l.next(st)
	if err != nil {
		return nil, false, err
	}
	for _, a := range accounts {
		if a == nil || !l.passes(a) {
			continue
		}
		l.count++
		l.balances += len(a.Balances)
		if l.count > l.ListMax || l.balances > l.ListBalancesMax {
			return nil, false, errTooMany
		}
		items = append(items, l.show(a, timingsOf(st, a)))
	}
	return items, more && l.left > 0, nil
}

func (l *listing) passes(a *engine.Account) bool {
	wantNegative, wantDisabled := l.args.Filter.AllowNegative, l.args.Disabled
	return (wantNegative == nil || *wantNegative == a.AllowNegative) &&
		(wantDisabled == nil || *wantDisabled == a.Disabled)
}

// named returns the next of the accounts that were named, nil for one that is not there.
func (l *listing) named(st engine.State) (accounts []*engine.Account, more bool, err error) {
	names := l.args.AccountIDs[min(l.skip, len(l.args.AccountIDs)):]
	names = names[:min(len(names), l.left, pageAccounts)]
	for _, name := range names {
		a, err := st.Account(l.args.account(strings.TrimSpace(name)))
		if err != nil {
			return nil, false, err
		}
		accounts = append(accounts, a)
	}
	l.skip += len(names)
	l.left -= len(names)
	return accounts, l.skip < len(l.args.AccountIDs), nil
}

// all returns the next of the tenant's accounts.
func (l *listing) all(st engine.State) (accounts []*engine.Account, more bool, err error) {
	page, err := st.Accounts(l.args.Tenant, l.after, pageAccounts)
	if err != nil || len(page) == 0 {
		return nil, false, err
	}
	l.after = page[len(page)-1].ID.Account
	skipped := min(l.skip, len(page))
	l.skip -= skipped
	accounts = page[skipped:]
	accounts = accounts[:min(len(accounts), l.left)]
	l.left -= len(accounts)
	return accounts, len(page) == pageAccounts, nil
}

// getAccountsCount returns the handler of GetAccountsCount; in v2 a tenant without accounts is not found.
// Source: cgrates-apier, section 9.11.
func (s *service) getAccountsCount(noneIsError bool) func(*rpcjson.Call, *scope) {
	return func(c *rpcjson.Call, args *scope) {
		s.defaultTenant(args)
		s.view(c, nil, func(st engine.State) (any, error) {
			n, err := st.AccountsCount(args.Tenant)
			if err == nil && n == 0 && noneIsError {
				err = errNotFound
			}
			return n, err
		})
	}
}

// accountIDsArgs select names of accounts: those that contain Search, sorted. Offset and Limit cut what was found.
// Source: cgrates-apier, section 12; what Search means is not said there.
type accountIDsArgs struct {
	scope
	Search        string
	Offset, Limit int
}

func (s *service) getAccountIDs(c *rpcjson.Call, args *accountIDsArgs) {
	s.defaultTenant(&args.scope)
	s.list(c, nil, &nameListing{service: s, args: args, skip: max(args.Offset, 0)})
}

// nameListing is a GetAccountIDs in work.
type nameListing struct {
	*service
	args  *accountIDsArgs
	after string // the last name seen
	skip  int    // names to be skipped, of those found
	count int    // names shown
}

// page implements [pages].
func (l *nameListing) page(st engine.State) (items answerList, more bool, err error) {
	page, err := st.Accounts(l.args.Tenant, l.after, pageAccounts)
	if err != nil {
		return nil, false, err
	}
	for _, a := range page {
		l.after = a.ID.Account
		if !strings.Contains(l.after, l.args.Search) {
			continue
		}
		if l.skip > 0 {
			l.skip--
			continue
		}
		if items = append(items, shownText(l.after)); l.count+len(items) == l.args.Limit {
			break
		}
	}
	l.count += len(items)
	more = len(page) == pageAccounts && l.count != l.args.Limit
	switch {
	case l.count > l.ListMax:
		return nil, false, errTooMany
	case !more && l.count == 0:
		return nil, false, errNotFound
	}
	return items, more, nil
}

// shownText is a text in a list.
type shownText string

// AppendJSON implements [rpcjson.Appender].
func (t shownText) AppendJSON(b []byte) ([]byte, error) { return rpcjson.AppendText(b, string(t)), nil }

// getAccountActionPlan answers a list of none: there are no action plans. Source: cgrates-apier, section 9.13.
func (s *service) getAccountActionPlan(c *rpcjson.Call, args *accountArgs) {
	if strings.TrimSpace(args.Account) == "" {
		s.fail(c, engine.Missing("Account "), nil) // the blank is on the wire there, too
		return
	}
	s.view(c, nil, func(engine.State) (any, error) { return []string{}, nil })
}
