package apier

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

const (
	topUp5 = `APIerSv1.SetActions {"ActionsId":"TOPUP","Actions":[{"Identifier":"*topup","BalanceId":"auto",` +
		`"BalanceType":"*monetary","Units":"5","ExpiryTime":"*unlimited","BalanceWeight":1,"Weight":10,` +
		`"DestinationIds":"*any","BalanceBlocker":"false","BalanceDisabled":false}]}`
	lowMark = `APIerSv1.SetActionTrigger {"GroupID":"LOW","UniqueID":"low","ActionTrigger":{"ThresholdType":"*min_balance",` +
		`"ThresholdValue":2,"BalanceID":"main","BalanceType":"*monetary","ActionsID":"TOPUP","MinSleep":"1h","Weight":"10"}}`
)

// The recorded session trigger-low-balance, with debits in place of charges.
func TestATriggerTopsUpWhenTheBalanceIsLow(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{topUp5, isOK},
		[2]string{lowMark, isOK},
		[2]string{`APIerSv2.SetAccount {"Account":"c","ActionTriggerIDs":["LOW"]}`, isOK},
		[2]string{`APIerSv1.SetBalance {"Account":"c","BalanceType":"*monetary","Value":2.5,"Balance":{"ID":"main"}}`, isOK},
		[2]string{`APIerSv2.GetAccount {"Account":"c"}`, gives(`{"UnitCounters":null,"ActionTriggers":[{"$exact":true,
			"ID":"LOW","UniqueID":"low","ThresholdType":"*min_balance","ThresholdValue":2,"Recurrent":false,
			"MinSleep":3600000000000,"ExpirationDate":"0001-01-01T00:00:00Z","ActivationDate":"0001-01-01T00:00:00Z",
			"Balance":{"$exact":true,"Uuid":null,"ID":"main","Type":"*monetary","Value":null,"ExpirationDate":null,
				"Weight":null,"DestinationIDs":null,"RatingSubject":null,"Categories":null,"SharedGroups":null,
				"TimingIDs":null,"Timings":null,"Disabled":null,"Factors":null,"Blocker":null},
			"Weight":10,"ActionsID":"TOPUP","MinQueuedItems":0,"Executed":false,
			"LastExecutionTime":"0001-01-01T00:00:00Z"}]}`)},
		[2]string{`APIerSv1.DebitBalance {"Account":"c","BalanceType":"*monetary","Value":0.5,"Balance":{"ID":"main"}}`, isOK},
		[2]string{`APIerSv2.GetAccount {"Account":"c"}`, gives(`{"BalanceMap":{"*monetary":[{"ID":"main","Value":2},
			{"ID":"auto","Value":5,"Weight":1}]},"ActionTriggers":[{"Executed":true,"LastExecutionTime":"` +
			f.clock.Now().UTC().Format(time.RFC3339Nano) + `"}]}`)},
		[2]string{`APIerSv1.GetAccount {"Account":"c"}`, gives(`{"UnitCounters":[],"ActionTriggers":[{"UniqueID":"low"}]}`)},
		[2]string{`APIerSv1.GetAccountActionTriggers {"Account":"c"}`, gives(`[{"ID":"LOW","Executed":true}]`)},
		[2]string{`JournalSv1.GetEntries {"From":5}`, gives(`[{"accounts":[{"trigger_updates":[{"position":0,
			"executed":true}]}],"fired":[{"account":"c","group":"LOW","trigger":"low","type":"*min_balance",
			"balance_id":"main","value":2,"threshold":2,"actions":"TOPUP",
			"done":[{"type":"*topup","moved":[{"delta":5}]}]}]}]`)},

		[2]string{`APIerSv1.ResetAccountActionTriggers {"Account":"c","UniqueID":"low"}`, isOK},
		[2]string{`APIerSv1.GetAccountActionTriggers {"Account":"c"}`, gives(`[{"Executed":false}]`)},
		[2]string{`APIerSv1.ResetAccountActionTriggers {"Account":"c","GroupID":"LOW","Executed":true}`, isOK},
		[2]string{`APIerSv1.GetAccountActionTriggers {"Account":"c"}`, gives(`[{"Executed":true}]`)},
		[2]string{`APIerSv1.SetAccountActionTriggers {"Account":"c","GroupID":"LOW","UniqueID":"low",
			"ThresholdValue":"7.5","Executed":false,"BalanceDestinationIds":"D1;D2","Recurrent":"true",
			"ExpirationDate":"2030-01-02T03:04:05Z"}`, isOK},
		[2]string{`APIerSv2.GetAccountActionTriggers {"Account":"c"}`, gives(`[{"ThresholdValue":7.5,"Executed":false,
			"Recurrent":true,"MinSleep":3600000000000,"ExpirationDate":"2030-01-02T03:04:05Z",
			"Balance":{"DestinationIDs":{"$exact":true,"D1":true,"D2":true}}}]`)},
		[2]string{`APIerSv1.RemoveAccountActionTriggers {"Account":"c","GroupID":"LOW"}`, isOK},
		[2]string{`APIerSv2.GetAccount {"Account":"c"}`, gives(`{"ActionTriggers":null}`)},
		[2]string{`APIerSv1.AddAccountActionTriggers {"Account":"c","ActionTriggerIDs":["LOW"],"Executed":true,
			"ActivationDate":"2030-01-02T03:04:05Z"}`, isOK},
		[2]string{`APIerSv1.GetAccountActionTriggers {"Account":"c"}`,
			gives(`[{"Executed":true,"ActivationDate":"2030-01-02T03:04:05Z","ThresholdValue":2}]`)},
		[2]string{`ApierV2.SetAccount {"Account":"c","ActionTriggerIDs":null,"ActionTriggersOverwrite":true}`, isOK},
		[2]string{`APIerSv1.GetAccountActionTriggers {"Account":"c"}`, gives(`[{"ID":"LOW"}]`)},
		[2]string{`ApierV2.SetAccount {"Account":"c","ActionTriggerIDs":[],"ActionTriggersOverwrite":true}`, isOK},
		[2]string{`APIerSv1.GetAccountActionTriggers {"Account":"c"}`, gives(`[]`)},
		[2]string{`ApierV1.SetAccount {"Account":"c","ActionTriggersId":"LOW"}`, isOK},
		[2]string{`APIerSv1.GetAccountActionTriggers {"Account":"c"}`, gives(`[{"ID":"LOW"}]`)})
}

func TestDefinitionsAreSetShownAndRemoved(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{topUp5, isOK},
		[2]string{topUp5, fails("EXISTS")},
		[2]string{`APIerSv2.SetActions {"ActionsId":"LOG","Overwrite":true,"Actions":[{"Identifier":"*log","Weight":1.5},
			{"Identifier":"*debit","BalanceType":"*voice","Units":"60s","BalanceBlocker":true,"BalanceDisabled":"true",
			"TimingTags":["T1"],"Categories":"call;!sms"}]}`, isOK},
		[2]string{`APIerSv1.GetActions "TOPUP"`, gives(`[{"$exact":true,"Identifier":"*topup","BalanceId":"auto",
			"BalanceUuid":"","BalanceType":"*monetary","Units":"5","ExpiryTime":"*unlimited","Filter":"","TimingTags":"",
			"DestinationIds":"*any","RatingSubject":"","Categories":"","SharedGroups":"","BalanceWeight":"1",
			"ExtraParameters":"","BalanceBlocker":"false","BalanceDisabled":"false","Weight":10}]`)},
		[2]string{`APIerSv1.GetActions "LOG"`, gives(`[{"Identifier":"*log","Units":"","Weight":1.5},{"Units":"60000000000",
			"BalanceBlocker":"true","BalanceDisabled":"true","TimingTags":"T1","Categories":"call;!sms"}]`)},
		[2]string{lowMark, isOK},
		[2]string{`APIerSv1.SetActionTrigger {"GroupID":"HIGH","UniqueID":"h","ThresholdType":"*max_balance",
			"ThresholdValue":100,"BalanceBlocker":false,"ActionsID":"LOG"}`, isOK},
		[2]string{`APIerSv1.SetActionTrigger {"GroupID":"HIGH","ActionTrigger":{"ThresholdType":"*max_balance",
			"ActionsID":"LOG"}}`, isOK},
		[2]string{`APIerSv1.GetActionTriggers {"GroupIDs":["LOW"]}`, gives(`[{"ID":"LOW","UniqueID":"low"}]`)},
		[2]string{`APIerSv1.GetActionTriggers {}`, gives(`[{"ID":"HIGH","UniqueID":"h","ThresholdValue":100,
			"Balance":{"Blocker":false}},{"ID":"HIGH","UniqueID":"$any"},{"ID":"LOW"}]`)},
		[2]string{`APIerSv1.RemoveActionTrigger {"GroupID":"HIGH","UniqueID":"h"}`, isOK},
		[2]string{`APIerSv1.RemoveActionTrigger {"GroupID":"HIGH"}`, isOK},
		[2]string{`APIerSv1.GetActionTriggers {"GroupIDs":["HIGH"]}`, fails("SERVER_ERROR: NOT_FOUND")},
		[2]string{`APIerSv1.RemoveActions {"ActionIDs":["LOG"]}`, isOK},
		[2]string{`APIerSv1.GetActions "LOG"`, fails("SERVER_ERROR: NOT_FOUND")},

		[2]string{`APIerSv1.AddBalance {"Account":"e","BalanceType":"*monetary","Value":1}`, isOK},
		[2]string{`APIerSv1.ExecuteAction {"Account":"e","ActionsId":"TOPUP"}`, isOK},
		[2]string{`APIerSv2.GetAccount {"Account":"e"}`, gives(`{"BalanceMap":{"*monetary":["$any",{"ID":"auto","Value":5}]}}`)})
}

func TestTriggersAreRefusedInTheWordsOfCGRateS(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{topUp5, isOK},
		[2]string{`APIerSv1.SetActions {}`, fails("MANDATORY_IE_MISSING: [ActionsId Actions]")},
		[2]string{`APIerSv1.SetActions {"ActionsId":"A","Actions":[{"Identifier":"*mail_async"}]}`,
			fails(`SERVER_ERROR: Actions[0].Identifier: action \"*mail_async\" is not supported`)},
		[2]string{`APIerSv1.SetActions {"ActionsId":"A","Actions":[{"Identifier":"*topup","BalanceUuid":"x"}]}`,
			fails("SERVER_ERROR: BalanceUuid: a balance of an action goes by its ID")},
		[2]string{`APIerSv1.SetActions {"ActionsId":"A","Actions":[{"Identifier":"*log","Filter":"x"}]}`,
			fails("SERVER_ERROR: Filter: filters of actions are not supported")},
		[2]string{`APIerSv1.GetActions ""`, fails("MANDATORY_IE_MISSING: [ActionsId]")},
		[2]string{`APIerSv1.RemoveActions {}`, fails("MANDATORY_IE_MISSING: [ActionIDs]")},
		[2]string{`APIerSv1.SetActionTrigger {}`, fails("MANDATORY_IE_MISSING: [GroupID]")},
		[2]string{`APIerSv1.SetActionTrigger {"GroupID":"G","ActionTrigger":{"ThresholdType":"*min_balance",
			"ActionsID":"NONE"}}`, fails("SERVER_ERROR: NOT_FOUND")},
		[2]string{`APIerSv1.SetActionTrigger {"GroupID":"G","MinSleep":"soon"}`, `{"error":"$any"}`},
		[2]string{`APIerSv1.SetActionTrigger {"GroupID":"G","MinSleep":1e40}`, `{"error":"$any"}`},
		[2]string{`APIerSv1.SetActionTrigger {"GroupID":"G","ExpirationDate":"soon"}`, fails("Unsupported time format")},
		[2]string{`APIerSv1.RemoveActionTrigger {}`, fails("MANDATORY_IE_MISSING: [GroupID]")},
		[2]string{`APIerSv1.AddAccountActionTriggers {}`, fails("MANDATORY_IE_MISSING: [ActionTriggerIDs Account]")},
		[2]string{`APIerSv1.AddAccountActionTriggers {"Account":"nobody","ActionTriggerIDs":["LOW"]}`,
			fails("SERVER_ERROR: NOT_FOUND")},
		[2]string{`APIerSv1.RemoveAccountActionTriggers {}`, fails("MANDATORY_IE_MISSING: [Account]")},
		[2]string{`APIerSv1.ResetAccountActionTriggers {}`, fails("MANDATORY_IE_MISSING: [Account]")},
		[2]string{`APIerSv1.SetAccountActionTriggers {}`, fails("MANDATORY_IE_MISSING: [Account]")},
		[2]string{`APIerSv1.SetAccount {"Account":"c","ActionTriggersId":"NONE"}`, fails("SERVER_ERROR: NOT_FOUND")},
		[2]string{`APIerSv1.ExecuteAction {}`, fails("MANDATORY_IE_MISSING: [Account ActionsID]")},
		[2]string{`APIerSv1.ExecuteAction {"Account":"nobody","ActionsId":"TOPUP"}`, fails("SERVER_ERROR: NOT_FOUND")},
		[2]string{`APIerSv1.ExecuteAction {"Account":"nobody","ActionPlanId":"P"}`, fails("SERVER_ERROR: NOT_FOUND")})
}

func TestCountersAreShownByTypeAndKind(t *testing.T) {
	count := func(unique, kind, tor, value string) engine.AccountTrigger {
		v := looseAmount{}
		require.NoError(t, v.UnmarshalText([]byte(value)))
		return engine.AccountTrigger{Trigger: &engine.ActionTrigger{UniqueID: unique, Type: kind,
			Balance: engine.TriggerFilter{ToR: tor}}, State: engine.TriggerState{Count: v.Amount}}
	}
	a := &engine.Account{Triggers: &engine.AccountTriggers{List: []engine.AccountTrigger{
		count("day", engine.MaxEventCounter, engine.Monetary, "3.5"),
		count("week", engine.MaxEventCounter, engine.Monetary, "4"),
		count("paid", engine.MinBalanceCounter, engine.Monetary, "0"),
		count("low", engine.MinBalance, engine.Monetary, "0"),
		count("talk", engine.MinEventCounter, engine.Voice, "60"),
	}}}
	shown := showCounters(a)
	require.Len(t, shown, 2)
	require.Len(t, shown[engine.Monetary], 2)
	first := shown[engine.Monetary][0]
	require.Equal(t, "*event", first.CounterType)
	require.Equal(t, "3.5", first.Counters[0].Value.String())
	require.Equal(t, "week", *first.Counters[1].Filter.ID)
	require.Equal(t, "*balance", shown[engine.Monetary][1].CounterType)
	require.Equal(t, "60", shown[engine.Voice][0].Counters[0].Value.String())
	text, err := accountV2{a, nil}.AppendJSON(nil)
	require.NoError(t, err)
	require.Contains(t, string(text), `"UnitCounters":{"*monetary":[{"CounterType":"*event","Counters":[{"Value":3.5,"Filter":{`)
}

// A request can name a group as often as fits into it: what it asks for is looked at in parts, and bounded.
func TestTriggersOfManyGroupsAreLookedAtInParts(t *testing.T) {
	f := start(t, func(o *Options) { o.ListMax = 2*pageGroups + 1 })
	ask := func(n int, last string) string {
		return `APIerSv1.GetActionTriggers {"GroupIDs":[` + strings.Repeat(`"LOW",`, n) + `"` + last + `"]}`
	}
	f.play([2]string{topUp5, isOK}, [2]string{lowMark, isOK})
	shown := strings.Repeat(`{"ID":"LOW","UniqueID":"low"},`, 2*pageGroups) + `{"ID":"LOW","UniqueID":"low"}`
	f.play(
		[2]string{ask(2*pageGroups, "LOW"), gives(`[` + shown + `]`)},
		[2]string{ask(2*pageGroups+1, "LOW"), fails("SERVER_ERROR: too many for one answer: use Limit and Offset")},
		[2]string{ask(2*pageGroups, "none"), fails("SERVER_ERROR: NOT_FOUND")},
		[2]string{`APIerSv1.RemoveActionTrigger {"GroupID":"LOW"}`, isOK},
		[2]string{`APIerSv1.GetActionTriggers {}`, gives(`[]`)})
	l := &triggerListing{service: &service{Options: Options{ListMax: 1e6}}, ids: make([]string, 1e5), all: true}
	require.NoError(t, f.engine.Read(t.Context(), func(st engine.State) error {
		_, more, err := l.page(st)
		require.True(t, more)
		return err
	}))
	require.Len(t, l.ids, 1e5-pageGroups)
}
