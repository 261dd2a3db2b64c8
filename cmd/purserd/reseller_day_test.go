package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// docBlock finds the commands of a document and what they print.
var docBlock = regexp.MustCompile("(?ms)^```(sh|text)\n(.*?)^```$")

// TestAResellersDay plays docs/reseller-day.md.
func TestAResellersDay(t *testing.T) {
	text, err := os.ReadFile("../../docs/reseller-day.md")
	require.NoError(t, err)
	script, want := "", ""
	for _, block := range docBlock.FindAllStringSubmatch(string(text), -1) {
		if block[1] == "sh" {
			script += block[2]
		} else {
			want += block[2]
		}
	}
	require.NotEmpty(t, want)
	d := startInside(t, restConfig(t, keyA))
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	shell.Env = append(os.Environ(), "URL=http://"+d.addrs["rest"], "KEY="+keyA)
	out, err := shell.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Equal(t, strings.TrimSpace(want), strings.TrimSpace(strings.ReplaceAll(string(out), "\r", "")))
	require.NoError(t, d.end(t))
}
