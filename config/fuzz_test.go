package config

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzSetting gives one setting any text: it is refused, or it is kept and
// prints as a file that reads back alike.
func FuzzSetting(f *testing.F) {
	for i, s := range Names() {
		f.Add(i, s.Default)
	}
	f.Add(4, "10.0.0.0/8,::1,fe80::1%eth0")
	f.Add(13, "a \"b\"\t\u0085 \\ #")
	f.Add(22, "1e9")
	f.Add(37, "9223372036854775808")
	f.Fuzz(func(t *testing.T, i int, text string) {
		names := Names()
		if i < 0 || i >= len(names) || !utf8.ValidString(text) {
			t.Skip()
		}
		want, err := Load("", nil, map[string]string{names[i].Name: text})
		if err != nil {
			return
		}
		path := filepath.Join(t.TempDir(), "printed.yaml")
		require.NoError(t, os.WriteFile(path, []byte(want.String()), 0o600))
		got, err := Load(path, nil, nil)
		require.NoError(t, err, want.String())
		if names[i].Name != "rest.master_api_key" {
			require.Equal(t, want.String(), got.String())
		}
	})
}
