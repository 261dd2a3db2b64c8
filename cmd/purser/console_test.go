package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALineWorksQuotedAndAsShellWords(t *testing.T) {
	stub := newStubDaemon(t, nil)
	want := `APIerSv1.SetBalance {"BalanceType":"*monetary","Tenant":"cgrates.org","Account":"1003","Value":12,"BalanceID":"23456"}`
	for _, args := range [][]string{
		{`balance_set Tenant="cgrates.org" Account="1003" Direction="\*out" Value=12 BalanceID="23456"`},
		{"balance_set", "Tenant=cgrates.org", "Account=1003", "Value=12", "BalanceID=23456"},
		{"balance_set", "Tenant=cgrates.org", "Account", "=", "1003", "Value=12,", "BalanceID=23456"},
		{"balance_set", `Tenant="cgrates.org" Account="1003" Value=12 BalanceID="23456"`},
	} {
		status, out, errText := runPurser(t, "", nil, append([]string{"--server", stub.address}, args...)...)
		require.Equal(t, exitOK, status, errText)
		require.Equal(t, "OK\n", out)
		require.Empty(t, errText)
		require.Equal(t, want, stub.requests()[len(stub.requests())-1])
	}
}

func TestTheCommandsOnPricesAskTheirMethods(t *testing.T) {
	stub := newStubDaemon(t, nil)
	for _, c := range []struct{ line, sent string }{
		{`cost Tenant="cgrates.org" Category="call" Subject="1001" AnswerTime="2026-01-14T10:00:00Z" Destination="4930" Usage="90s"`,
			`APIerSv1.GetCost {"Tenant":"cgrates.org","Category":"call","Subject":"1001","AnswerTime":"2026-01-14T10:00:00Z",` +
				`"Destination":"4930","Usage":"90s"}`},
		{`cost Destination=4930 Usage=90000000000`, `APIerSv1.GetCost {"Destination":"4930","Usage":"90000000000"}`},
		{`datacost Category=data Usage=1048576`, `APIerSv1.GetDataCost {"Category":"data","Usage":1048576}`},
		{`maxusage Account=1001 Destination=4930`, `APIerSv1.GetMaxUsage {"Account":"1001","Destination":"4930"}`},
		{`debit_usage Account=1001 Destination=4930 Usage=1m`,
			`APIerSv1.DebitUsage {"Account":"1001","Destination":"4930","Usage":"1m"}`},
		{`load_tp_from_folder FolderPath="tutorial" DryRun=true`,
			`APIerSv1.LoadTariffPlanFromFolder {"FolderPath":"tutorial","DryRun":true}`},
		{`ratingplan RP_VOICE`, `APIerSv1.GetRatingPlan "RP_VOICE"`},
		{`ratingprofile Category=call Subject=\*any`, `APIerSv1.GetRatingProfile {"Category":"call","Subject":"*any"}`},
		{`ratingprofile_set Category=call Subject=1001 RatingPlanActivations=[{"RatingPlanId":"RP"}]`,
			`APIerSv1.SetRatingProfile {"Category":"call","Subject":"1001","RatingPlanActivations":[{"RatingPlanId":"RP"}]}`},
		{`ratingprofile_rem Category=call Subject=1001`,
			`APIerSv1.RemoveRatingProfile {"Category":"call","Subject":"1001"}`},
		{`sharedgroup SG_FAMILY`, `APIerSv1.GetSharedGroup "SG_FAMILY"`},
	} {
		status, _, errText := runPurser(t, "", nil, "--server", stub.address, c.line)
		require.Equal(t, exitOK, status, "%s: %s", c.line, errText)
		require.Empty(t, errText)
		require.Equal(t, c.sent, stub.requests()[len(stub.requests())-1])
	}
	sent := len(stub.requests())
	for _, line := range []string{"ratingplan Subject=x", "cost nonsense"} {
		status, _, errText := runPurser(t, "", nil, "--server", stub.address, line)
		require.Equal(t, exitUsage, status, line)
		require.Contains(t, errText, "see: help "+strings.Fields(line)[0])
	}
	_, _, errText := runPurser(t, "", nil, "--server", stub.address, "ratingplan")
	require.Contains(t, errText, "ratingplan: want ratingplan ID")
	require.Len(t, stub.requests(), sent, "nothing of these is sent")
	_, out, _ := runPurser(t, "", nil, "help", "ratingplan")
	require.Contains(t, out, "  ratingplan ID")
}

func TestAShellWordWithBlanksIsOneText(t *testing.T) {
	stub := newStubDaemon(t, nil)
	status, _, errText := runPurser(t, "", map[string]string{"PURSER_SERVER": stub.address},
		"account_remove", `Account=two words\it's`)
	require.Equal(t, exitOK, status, errText)
	require.Equal(t, []string{`APIerSv1.RemoveAccount {"Account":"two words\\it's"}`}, stub.requests())
}

func TestExitStatusSaysWhatWentWrong(t *testing.T) {
	stub := newStubDaemon(t, map[string]string{
		"APIerSv1.DebitBalance":   "!MANDATORY_IE_MISSING: [BalanceType]",
		"APIerSv2.GetAccount":     "!NOT_FOUND",
		"APIerSv1.GetRatingPlan":  "!NOT_FOUND",
		"APIerSv1.GetCost":        "!SERVER_ERROR: RATING_PLAN_NOT_FOUND",
		"APIerSv1.RemoveAccount":  "!NOT_AUTHORIZED: APIerSv1.RemoveAccount",
		"APIerSv2.SetAccount":     "hangup",
		"APIerSv1.RemoveBalances": "!evil\x1b]0;title\x07",
		"Responder.Debit":         "not json",
	})
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"ping"}, exitOK, ""},
		{[]string{"balance_debit", "Value=1"}, exitFailed,
			"purser: balance_debit: MANDATORY_IE_MISSING: [BalanceType] (give it as Name=value; see: help balance_debit)\n"},
		{[]string{"account", "Account=x"}, exitFailed, "purser: account: NOT_FOUND (see which there are: accounts)\n"},
		{[]string{"ratingplan", "RP"}, exitFailed, "purser: ratingplan: NOT_FOUND\n"},
		{[]string{"cost", "Usage=1s"}, exitFailed, "see ratingprofile and cost"},
		{[]string{"account_remove", "Account=x"}, exitFailed, "roles.json"},
		{[]string{"account_set", "Account=x"}, exitFailed, "may or may not have happened"},
		{[]string{"debit", "Account=x"}, exitFailed, "not an answer"},
		{[]string{"balance_remove"}, exitFailed, "evil\uFFFD]0;title\uFFFD\n"},
		{[]string{"balance_sett"}, exitUsage, "did you mean balance_set?"},
		{[]string{"balance_set", "Value="}, exitUsage, "the value is missing"},
		{[]string{"--nope"}, exitUsage, "--nope"},
		{[]string{"--timeout", "0s", "ping"}, exitUsage, "--timeout"},
		{[]string{"--tls-ca", "/nowhere.pem", "ping"}, exitUsage, "--tls-ca"},
		{[]string{"console", "x"}, exitUsage, "purser console --help"},
		{[]string{"completion", "csh"}, exitUsage, "csh"},
		{[]string{"bench"}, exitUsage, "purser bench --help"},
		{[]string{"--server", "127.0.0.1:1", "ping"}, exitUnreached, "does purserd run there?"},
		{[]string{"--server", web.Listener.Addr().String(), "balance_add"}, exitUnreached, "the address of listen.json"},
		{[]string{"journal", "nofolder"}, exitUsage, "nofolder is neither a folder nor host:port"},
	} {
		status, _, errText := runPurser(t, "", map[string]string{"PURSER_SERVER": stub.address}, c.args...)
		require.Equal(t, c.status, status, "%v: %s", c.args, errText)
		require.Contains(t, errText, c.says)
		require.LessOrEqual(t, strings.Count(errText, "\n"), 1, "one line: %s", errText)
	}
}

func TestHelpNamesEveryCommandAndArgument(t *testing.T) {
	_, all, _ := runPurser(t, "help\n", nil, "console")
	for _, c := range commands() {
		require.Contains(t, all, "  "+c.name+" ")
		_, one, _ := runPurser(t, "", nil, "help "+c.name)
		_, shell, _ := runPurser(t, "", nil, "help", c.name)
		for _, a := range c.args {
			require.Contains(t, one, "  "+a.name+" ")
			require.Contains(t, shell, "  "+a.name+" ")
			require.NotEmpty(t, a.about, "%s %s", c.name, a.name)
		}
	}
	status, _, errText := runPurser(t, "", nil, "help acount")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errText, "did you mean account?")
}

func TestAScriptStopsAtTheFirstError(t *testing.T) {
	stub := newStubDaemon(t, map[string]string{"APIerSv1.AddBalance": "!NOT_FOUND"})
	script := "# top up\n\nping\nbalance_add Value=1\nnonsense\nstatus\nquit\naccounts\n"
	status, out, errText := runPurser(t, script, nil, "--server", stub.address, "console")
	require.Equal(t, exitFailed, status)
	require.Equal(t, "OK\n", out)
	require.Equal(t, "purser: line 4: balance_add: NOT_FOUND (see which there are: accounts)\n", errText)
	require.Len(t, stub.requests(), 2)

	status, out, errText = runPurser(t, script, nil, "--server", stub.address, "console", "--keep-going")
	require.Equal(t, exitFailed, status)
	require.Equal(t, "OK\nOK\n", out)
	require.Contains(t, errText, "purser: line 5: there is no command nonsense")
	require.Contains(t, errText, "purser: 2 of 6 lines failed\n")
	require.Len(t, stub.requests(), 5, "what stands behind quit is not run")
}

func TestAUsageErrorInAScriptHasStatusOne(t *testing.T) {
	status, _, _ := runPurser(t, "nonsense\n", nil, "console")
	require.Equal(t, exitFailed, status)
}

func TestTheConsoleConnectsAgainAfterALostConnection(t *testing.T) {
	stub := newStubDaemon(t, map[string]string{"CoreSv1.Status": "hangup"})
	_, out, errText := runPurser(t, "ping\nstatus\nping\n", nil, "--server", stub.address, "console", "--keep-going")
	require.Equal(t, "OK\nOK\n", out)
	require.Contains(t, errText, "1 of 3 lines failed")
}

func TestThePromptCompletesAndRemembers(t *testing.T) {
	past := &history{lines: []string{"status"}}
	var typed, shown bytes.Buffer
	typed.WriteString("bal\tse\tAcc\t\"1003\" Value=1\r" + "\x1b[A\r" + "\x1b[A\x1b[A\x1b[A\r")
	prompt := newPrompt(struct {
		io.Reader
		io.Writer
	}{&typed, &shown}, past)
	for _, want := range []string{
		`balance_set Account="1003" Value=1`, `balance_set Account="1003" Value=1`, `status`,
	} {
		got, err := prompt.ReadLine()
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.Equal(t, []string{"status", `balance_set Account="1003" Value=1`, "status"}, past.lines)
}

func TestCompletionKnowsCommandsAndArguments(t *testing.T) {
	for _, c := range []struct{ typed, completed, candidates string }{
		{"balance_s", "balance_set ", ""},
		{"bal", "balance_", "balance_set balance_add balance_debit balance_remove"},
		{"help balance_r", "help balance_remove ", ""},
		{"account tenant=x ac", "account tenant=x Account=", ""},
		{"account Account=x Ac", "account Account=x Ac", ""},
		{"account Te", "account Tenant=", ""},
		{"cost Us", "cost Usage=", ""},
		{"ratingp", "ratingp", "ratingplan ratingprofile ratingprofile_set ratingprofile_remove ratingprofile_rem"},
		{"load", "load_tp_from_folder ", ""},
		{"ping ap", "ping apier", "apiers apierv2"},
		{"nonsense a", "nonsense a", ""},
		{"q", "quit ", ""},
	} {
		completed, pos, candidates := completeLine(c.typed, len(c.typed))
		require.Equal(t, c.completed, completed)
		require.Equal(t, len(completed), pos)
		require.ElementsMatch(t, strings.Fields(c.candidates), candidates, c.typed)
	}
	completed, pos, _ := completeLine("account Te=x", len("account Te"))
	require.Equal(t, "account Tenant==x", completed)
	require.Equal(t, len("account Tenant="), pos)
}

func TestShellsGetCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		status, out, _ := runPurser(t, "", nil, "completion", shell)
		require.Equal(t, exitOK, status)
		require.Contains(t, out, "purser")
	}
	_, out, _ := runPurser(t, "", nil, "__complete", "account", "Tenant=x", "")
	require.Equal(t, "Account=\n:6\n", out)
}

func TestHistoryIsPrivateAndBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	require.NoError(t, os.WriteFile(path, []byte("old\n"), 0o644))
	h, err := loadHistory(path)
	require.NoError(t, err)
	for range historyLinesMax {
		h.Add("a")
		h.Add("a")
		h.Add("")
		h.Add("b")
	}
	require.NoError(t, h.save())
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	again, err := loadHistory(path)
	require.NoError(t, err)
	require.Equal(t, historyLinesMax, again.Len())
	require.Equal(t, "b", again.At(0))
	require.Equal(t, "a", again.At(1))
}

func TestWithoutAHomeNoHistoryIsKept(t *testing.T) {
	require.Empty(t, historyPath(func(string) string { return "" }))
	h, err := loadHistory("")
	require.NoError(t, err)
	require.NoError(t, h.save())
}

func TestVersionIsShown(t *testing.T) {
	_, out, _ := runPurser(t, "", nil, "version")
	require.Equal(t, "purser devel\n", out)
}
