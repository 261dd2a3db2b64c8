package apier

import (
	"slices"
	"strings"
	"testing"

	"purser/apier/apitest"
)

// waiting are transcripts of what there is not yet, and records of bugs (quirk-*): tests of their own show what is right.
var waiting = []string{"quirk-*", "session-*"}

func isWaiting(tr *apitest.Transcript) bool {
	return slices.ContainsFunc(waiting, func(name string) bool {
		prefix, many := strings.CutSuffix(name, "*")
		return tr.Name() == name || many && strings.HasPrefix(tr.Name(), prefix)
	})
}

// TestAnswersAreThoseOfCGRateS replays recorded sessions over every face. The transcripts share accounts, so each
// face has a server of its own.
func TestAnswersAreThoseOfCGRateS(t *testing.T) {
	transcripts := append(apitest.Load(t, "testdata/conformance/apier/*.jsonl"),
		apitest.Load(t, "testdata/conformance/charging/*.jsonl")...)
	for _, face := range []apitest.Face{apitest.TCP, apitest.Bijson, apitest.HTTP} {
		t.Run(string(face), func(t *testing.T) {
			f := start(t, withTariff)
			f.loadTariff()
			for _, tr := range transcripts {
				t.Run(tr.Name(), func(t *testing.T) {
					if isWaiting(tr) {
						t.Skip("not imitated")
					}
					apitest.Replay(t, f.Server, face, tr)
				})
			}
		})
	}
}

// withTariff lets a server load the plans of the transcripts.
func withTariff(o *Options) { o.TariffPlanDir = "testdata/conformance/charging" }

// loadTariff loads the plan that the transcripts need.
func (f *fixture) loadTariff() {
	f.play([2]string{`APIerSv1.LoadTariffPlanFromFolder {"FolderPath":"tariffplan"}`, isOK})
}
