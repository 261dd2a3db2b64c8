package apier

import (
	"math/bits"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/apier/notify"
	"purser/engine"
	"purser/engine/audit"
	"purser/engine/ledger"
	"purser/rpcjson"
)

func TestRolesAreReadFromTheirNames(t *testing.T) {
	for _, test := range []struct {
		names []string
		want  rpcjson.Roles
	}{
		{nil, 0},
		{[]string{"read"}, RoleRead},
		{[]string{"topup", "charge"}, RoleCharge | RoleTopUp},
		{[]string{"read", "charge", "topup", "admin"}, AllRoles},
	} {
		got, err := ParseRoles(test.names)
		require.NoError(t, err)
		require.Equal(t, test.want, got, "%v", test.names)
	}
	_, err := ParseRoles([]string{"read", "root"})
	require.ErrorContains(t, err, `"root"`)
}

func methods() map[string]rpcjson.Roles {
	all := map[string]rpcjson.Roles{}
	for _, m := range Methods(Options{
		Engine:    &sink{engine.DefaultRules()},
		Feed:      notify.NewFeed(notify.FeedOptions{}),
		Ledger:    func(engine.AccountID) (*ledger.View, func() error, error) { return nil, nil, nil },
		AuditDays: func(engine.AccountID, audit.Day, audit.Day) ([]audit.NamedRow, error) { return nil, nil },
	}) {
		all[m.Name] = m.Role
	}
	return all
}

func TestEveryMethodNeedsExactlyOneRole(t *testing.T) {
	for name, role := range methods() {
		require.Equal(t, 1, bits.OnesCount32(uint32(role&AllRoles)), name)
		require.Zero(t, role&^AllRoles, name)
	}
}

// A method whose name says that it changes something is never open to those who may only read.
func TestReadersCannotChangeAnything(t *testing.T) {
	reading := []string{"Get", "Ping", "Status", "Sleep", "Subscribe", "Unsubscribe"}
	for name, role := range methods() {
		_, verb, _ := strings.Cut(name, ".")
		isRead := slices.ContainsFunc(reading, func(prefix string) bool { return strings.HasPrefix(verb, prefix) })
		if strings.HasPrefix(verb, "GetMax") { // part of a charge
			require.Equal(t, RoleCharge, role, name)
			continue
		}
		require.Equal(t, isRead, role == RoleRead, name)
	}
}

func TestWhoMayTopUpMayNotSetOrRemove(t *testing.T) {
	for name, role := range methods() {
		adjusts := strings.HasSuffix(name, ".AddBalance") || strings.HasSuffix(name, ".DebitBalance")
		require.Equal(t, adjusts, role == RoleTopUp, name)
	}
}

// A compromised softswitch must not be able to raise a balance: what it may call only takes, and gives back at most what
// was taken (engine: TestARefundGivesBackAtMostWhatChargesTook).
func TestWhoMayChargeCannotRaiseABalance(t *testing.T) {
	charging := []string{"Debit", "MaxDebit", "GetMaxSessionTime", "GetMaxSessionTimeOnAccounts", "RefundIncrements",
		"RefundRounding", "DebitUsage", "DebitUsageWithOptions", "GetMaxUsage"}
	for name, role := range methods() {
		if _, verb, _ := strings.Cut(name, "."); role == RoleCharge {
			require.Contains(t, charging, verb, name)
		}
	}
}

func TestOldServiceNamesServeTheSameMethods(t *testing.T) {
	all := methods()
	for name, role := range all {
		for before, after := range map[string]string{"APIerSv1.": "ApierV1.", "APIerSv2.": "ApierV2."} {
			if rest, found := strings.CutPrefix(name, before); found {
				require.Equal(t, role, all[after+rest], name)
			}
		}
	}
	require.Contains(t, all, "ApierV2.SetBalance", "two clients call it")
	for _, ours := range []string{"LedgerSv1.GetSummary", "NotifySv1.Subscribe", "ServiceSv1.GetAuditSummary"} {
		require.Contains(t, all, ours, "the rules above hold for it too")
	}
	require.NotContains(t, all, "CoreSv1.Panic")
	require.NotContains(t, all, "Responder.Shutdown")
}
