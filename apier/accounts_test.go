package apier

import (
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"purser/engine"
)

// makeAccounts makes accounts a0000, a0001, ... of tenant "many", the odd ones disabled.
func (f *fixture) makeAccounts(count int) []string {
	ids := make([]string, count)
	var group errgroup.Group
	group.SetLimit(64)
	for i := range ids {
		ids[i] = fmt.Sprintf("a%04d", i)
		disabled := i%2 == 1
		group.Go(func() error {
			_, err := f.engine.Do(f.Context(), &engine.Command{Change: &engine.SetAccount{
				Account: engine.AccountID{Tenant: "many", Account: ids[i]}, Disabled: &disabled,
			}})
			return err
		})
	}
	require.NoError(f, group.Wait())
	return ids
}

// listOf is the answer that lists these accounts in v2.
func listOf(ids []string) string {
	items := make([]string, len(ids))
	for i, id := range ids {
		items[i] = `{"ID":"many:` + id + `"}`
	}
	return gives("[" + strings.Join(items, ",") + "]")
}

func TestAllAccountsOfATenantAreListedSortedOverManyPages(t *testing.T) {
	f := start(t, nil)
	ids := f.makeAccounts(2*pageAccounts + 10)
	f.play([2]string{`APIerSv1.SetAccount {"Tenant":"manyx","Account":"no"}`, isOK}) // CGRateS lists it under "many"
	odd := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return (id[4]-'0')%2 == 0 })
	for args, want := range map[string][]string{
		``:                            ids,
		`,"AccountIDs":[]`:            ids,
		`,"Limit":0,"Offset":0`:       ids,
		`,"Offset":3`:                 ids[3:],
		`,"Offset":500,"Limit":2`:     ids[500:502],
		`,"Offset":399,"Limit":600`:   ids[399:999],
		`,"Offset":1009`:              ids[1009:],
		`,"Offset":1010`:              nil,
		`,"Limit":500`:                ids[:500],
		`,"Limit":1`:                  ids[:1],
		`,"Filter":{"Disabled":true}`: odd,
		`,"Disabled":true`:            odd,
		`,"Disabled":false,"Filter":{"Disabled":true}`: odd,
		`,"Filter":{"disabled":true}`:                  ids, // the keys of Filter match in their exact case
		`,"Filter":{"AllowNegative":true}`:             nil,
		`,"Limit":3,"Filter":{"Disabled":true}`:        odd[:1], // the limit cuts before the filter
	} {
		f.play([2]string{`APIerSv2.GetAccounts {"Tenant":"many"` + args + `}`, listOf(want)})
	}
	quoted, err := json.Marshal(ids)
	require.NoError(t, err)
	f.play(
		[2]string{`APIerSv1.GetAccountIDs {"Tenant":"many"}`, gives(string(quoted))},
		[2]string{`APIerSv1.GetAccountIDs {"Tenant":"many","Search":"100","Offset":1,"Limit":2}`, gives(`["a1000","a1001"]`)},
		[2]string{`APIerSv1.GetAccountIDs {"Tenant":"many","Search":"zzz"}`, fails("NOT_FOUND")},
		[2]string{`APIerSv1.GetAccountIDs {"Tenant":"none"}`, fails("NOT_FOUND")},
		[2]string{`APIerSv1.GetAccountsCount {"Tenant":"many"}`, gives("1010")},
		[2]string{`APIerSv2.GetAccounts {"Tenant":"many","AccountIDs":` + string(quoted) + `}`, listOf(ids)},
		[2]string{`APIerSv2.GetAccounts {"Tenant":"many","AccountIDs":` + string(quoted) + `,"Offset":700,"Limit":5}`,
			listOf(ids[700:705])})
}

func TestNamedAccountsComeInTheOrderNamedAndAsOftenAsNamed(t *testing.T) {
	f := start(t, nil)
	f.makeAccounts(3)
	f.play([2]string{`APIerSv2.GetAccounts {"Tenant":"many","AccountIDs":["a0002","nope","a0000"," a0002 "]}`,
		listOf([]string{"a0002", "a0000", "a0002"})})
}

func TestALongListIsRefusedAndSaysWhatToDo(t *testing.T) {
	f := start(t, func(o *Options) { o.ListMax, o.ListBalancesMax = 2, 3 })
	f.makeAccounts(3)
	const tooMany = "SERVER_ERROR: too many for one answer: use Limit and Offset"
	f.play(
		[2]string{`APIerSv2.GetAccounts {"Tenant":"many"}`, fails(tooMany)},
		[2]string{`APIerSv1.GetAccountIDs {"Tenant":"many"}`, fails(tooMany)},
		[2]string{`APIerSv2.GetAccounts {"Tenant":"many","Limit":2}`, listOf([]string{"a0000", "a0001"})},
		[2]string{`APIerSv1.GetAccountIDs {"Tenant":"many","Limit":2}`, gives(`["a0000","a0001"]`)},
		[2]string{`APIerSv1.SetBalances {"Tenant":"many","Account":"a0000","Balances":[{"BalanceType":"*sms","BalanceID":"x"},
			{"BalanceType":"*sms","BalanceID":"y"}]}`, isOK},
		[2]string{`APIerSv2.GetAccounts {"Tenant":"many","AccountIDs":["a0000"]}`, listOf([]string{"a0000"})},
		[2]string{`APIerSv2.GetAccounts {"Tenant":"many","AccountIDs":["a0000","a0000"]}`, fails(tooMany)})
}

func TestNamesOfAccountsAreTrimmedEverywhere(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.SetAccount {"Account":" t1\t"}`, isOK},
		[2]string{`APIerSv2.GetAccount {"Account":"  t1 "}`, gives(`{"ID":"cgrates.org:t1"}`)},
		[2]string{`APIerSv1.GetAccountActionTriggers {"Account":" t1"}`, gives(`[]`)},
		[2]string{`APIerSv2.GetAccount {"Tenant":" ","Account":"t1"}`, fails("NOT_FOUND")}, // tenants are not
		[2]string{`APIerSv1.RemoveAccount {"Account":" t1 "}`, isOK},
		[2]string{`APIerSv2.GetAccount {"Account":"t1"}`, fails("NOT_FOUND")})
}

// The exact bytes of an account, for clients that read them by position.
func TestShapesOfAnAccount(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.SetTiming {"ID":"T1","WeekDays":[1],"StartTime":"08:00:00"}`, isOK},
		[2]string{`APIerSv1.SetBalance {"Account":"<1>","BalanceType":"*voice","Balance":{"ID":"v","Value":"0.1","Weight":1.5,
			"ExpiryTime":"2035-01-02T03:04:05.5+02:00","DestinationIDs":"D2;!D1","Categories":"call","SharedGroups":"G",
			"TimingIDs":"T1","RatingSubject":"*zero1s","Disabled":true,"Blocker":true,"Factors":{"b":2,"a":0.5}}}`, isOK},
		[2]string{`APIerSv1.AddBalance {"Account":"<1>","BalanceType":"*monetary","Value":9007199254740993.01}`, isOK})
	account := f.account("<1>")
	money, voice := account.Balances[1].UUID.String(), account.Balances[0].UUID.String()
	updated, err := account.Updated.MarshalText()
	require.NoError(t, err)
	require.Equal(t, `{"id":1,"result":{"ID":"cgrates.org:\u003c1\u003e","BalanceMap":{"*monetary":[{"Uuid":"`+money+`","ID":"",`+
		`"Value":9007199254740993.01,"ExpirationDate":"0001-01-01T00:00:00Z","Weight":0,"DestinationIDs":{},`+
		`"RatingSubject":"","Categories":{},"SharedGroups":{},"Timings":null,"TimingIDs":{},"Disabled":false,`+
		`"Factors":null,"Blocker":false}],"*voice":[{"Uuid":"`+voice+`","ID":"v","Value":0.1,`+
		`"ExpirationDate":"2035-01-02T01:04:05.5Z","Weight":1.5,"DestinationIDs":{"D1":false,"D2":true},`+
		`"RatingSubject":"*zero1s","Categories":{"call":true},"SharedGroups":{"G":true},"Timings":[{"ID":"T1","Years":null,"Months":null,"MonthDays":null,`+
		`"WeekDays":[1],"StartTime":"08:00:00","EndTime":""}],`+
		`"TimingIDs":{"T1":true},"Disabled":true,"Factors":{"a":0.5,"b":2},"Blocker":true}]},"UnitCounters":null,`+
		`"ActionTriggers":null,"AllowNegative":false,"Disabled":false,"UpdateTime":"`+string(updated)+`"},"error":null}`,
		f.bytes(`{"method":"APIerSv2.GetAccount","params":[{"Account":"<1>"}],"id":1}`))
	require.Equal(t, `{"id":1,"result":{"Id":"*out:cgrates.org:\u003c1\u003e","BalanceMap":{"*monetary*out":[{"Uuid":"`+money+
		`","Id":"","Value":9007199254740993.01,"ExpirationDate":"0001-01-01T00:00:00Z","Weight":0,"DestinationIds":"",`+
		`"RatingSubject":"","Category":"","SharedGroup":"","Timings":null,"TimingIDs":"","Disabled":false}],`+
		`"*voice*out":[{"Uuid":"`+voice+`","Id":"v","Value":0.1,"ExpirationDate":"2035-01-02T01:04:05.5Z","Weight":1.5,`+
		`"DestinationIds":"D1;D2","RatingSubject":"*zero1s","Category":"call","SharedGroup":"G","Timings":[{"ID":"T1","Years":null,"Months":null,"MonthDays":null,`+
		`"WeekDays":[1],"StartTime":"08:00:00","EndTime":""}],`+
		`"TimingIDs":"T1","Disabled":true}]},"UnitCounters":[],"ActionTriggers":[],"AllowNegative":false,`+
		`"Disabled":false},"error":null}`,
		f.bytes(`{"method":"APIerSv1.GetAccount","params":[{"Account":"<1>"}],"id":1}`))
}

// account reads an account of the default tenant.
func (f *fixture) account(name string) *engine.Account {
	var account *engine.Account
	require.NoError(f, f.engine.Read(f.Context(), func(st engine.State) (err error) {
		account, err = st.Account(engine.AccountID{Tenant: "cgrates.org", Account: name})
		return err
	}))
	require.NotNil(f, account, name)
	return account
}

// bytes sends requests in one write over one connection, and returns the answers as they came, without the last
// newline.
func (f *fixture) bytes(requests string) string {
	conn, err := net.Dial("tcp", f.TCP)
	require.NoError(f, err)
	_, err = conn.Write([]byte(requests))
	require.NoError(f, err)
	require.NoError(f, conn.(*net.TCPConn).CloseWrite())
	var answers strings.Builder
	room := make([]byte, 1<<16)
	for err == nil {
		var n int
		n, err = conn.Read(room)
		answers.Write(room[:n])
	}
	require.NoError(f, conn.Close())
	return strings.TrimSuffix(answers.String(), "\n")
}

func TestAReadSeesTheChangesSentBeforeItOnItsConnection(t *testing.T) {
	f := start(t, nil)
	var requests strings.Builder
	const rounds = 200
	for i := range rounds {
		fmt.Fprintf(&requests, `{"method":"APIerSv1.AddBalance","params":[{"Account":"o","BalanceType":"*sms","Value":1}],"id":%d}`, i)
		requests.WriteString(`{"method":"APIerSv2.GetAccounts","params":[{"AccountIDs":["o"]}]}` +
			`{"method":"JournalSv1.GetEntries","params":[{"From":` + fmt.Sprint(i+1) + `}]}`)
	}
	lines := strings.Split(f.bytes(requests.String()), "\n")
	require.Len(t, lines, 3*rounds)
	for i := range rounds {
		require.Equal(t, fmt.Sprintf(`{"id":%d,"result":"OK","error":null}`, i), lines[3*i])
		require.Contains(t, lines[3*i+1], fmt.Sprintf(`"Value":%d,`, i+1))
		require.Contains(t, lines[3*i+2], fmt.Sprintf(`"seq":%d,`, i+1))
	}
}
