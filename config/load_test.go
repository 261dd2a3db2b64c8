package config_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/config"
)

// writeFile makes a settings file that only its owner can read.
func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestDefaultsAloneAreValid(t *testing.T) {
	c, err := config.Load("", nil, nil)
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:2012", c.Listen.JSON)
	require.Equal(t, []string{"read", "charge", "topup", "admin"}, c.Roles.BiJSON)
	require.Equal(t, 48*time.Hour, c.Idempotency.Keep)
	require.Equal(t, config.Units(72*time.Hour), c.Charging.MaxUsage.Voice)
	require.Equal(t, config.Units(100<<30), c.Charging.MaxUsage.Data)
}

func TestLaterSourcesWin(t *testing.T) {
	path := writeFile(t, "p.yaml", "limits: {depth: 1, batch: 1, group: 1}\n")
	env := []string{"PURSER_LIMITS_BATCH=2", "PURSER_LIMITS_GROUP=2", "HOME=/nowhere", "PURSER_SERVER=127.0.0.1:2012"}
	c, err := config.Load(path, env, map[string]string{"limits.group": "3"})
	require.NoError(t, err)
	require.Equal(t, []int{1, 2, 3, 4096}, []int{c.Limits.Depth, c.Limits.Batch, c.Limits.Group, c.Limits.Queue})
}

func TestFileFormatsReadAlike(t *testing.T) {
	files := map[string]string{
		"p.yaml": "listen: {rest: \"\", allow: [10.0.0.0/8, 192.0.2.7]}\nlimits: {write_time: 3s}\n" +
			"charging: {max_usage: {voice: 60, other: 1h}}\nrest: {test_clock: true}\n",
		"flat.yml": "listen.rest: \"\"\nlisten.allow: [10.0.0.0/8, 192.0.2.7]\nlimits.write_time: 3s\n" +
			"charging.max_usage.voice: 60\ncharging.max_usage.other: 1h\nrest.test_clock: true\n",
		"p.json": `{"listen":{"rest":"","allow":["10.0.0.0/8","192.0.2.7"]},"limits":{"write_time":"3s"},
			"charging":{"max_usage":{"voice":60,"other":"1h"}},"rest":{"test_clock":true}}`,
		"p.toml": "listen.rest = \"\"\nlisten.allow = [\"10.0.0.0/8\", \"192.0.2.7\"]\nlimits.write_time = \"3s\"\n" +
			"rest.test_clock = true\n[charging.max_usage]\nvoice = 60\nother = \"1h\"\n",
	}
	want, err := config.Load("", nil, nil)
	require.NoError(t, err)
	want.Listen.REST = ""
	want.Listen.Allow = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32")}
	want.Limits.WriteTime = 3 * time.Second
	want.Charging.MaxUsage.Voice, want.Charging.MaxUsage.Other = 60, config.Units(time.Hour)
	want.REST.TestClock = true
	for name, content := range files {
		t.Run(name, func(t *testing.T) {
			got, err := config.Load(writeFile(t, name, content), nil, nil)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestCategoriesAreAMapInAFileAndAListElsewhere(t *testing.T) {
	want := config.Categories{{Name: "faxes"}, {Name: "users", Items: []string{"user", "admin"}}}
	for name, content := range map[string]string{
		"map.yaml":  "services:\n  categories:\n    users: [user, admin]\n    faxes:\n",
		"list.yaml": "services: {categories: [users.user, users.admin, faxes]}\n",
		"text.yaml": "services.categories: users.user,users.admin,faxes\n",
		"flat.yaml": "services.categories: {users: [user, admin], faxes: []}\n",
		"p.json":    `{"services":{"categories":{"faxes":[],"users":["user","admin"]}}}`,
		"p.toml":    "[services.categories]\nusers = [\"user\", \"admin\"]\nfaxes = []\n",
	} {
		c, err := config.Load(writeFile(t, name, content), nil, nil)
		require.NoError(t, err, name)
		require.Equal(t, want, c.Services.Categories, name)
		again, err := config.Load(writeFile(t, "p.yaml", c.String()), nil, nil)
		require.NoError(t, err, name)
		require.Equal(t, c, again, name)
	}
	c, err := config.Load("", []string{"PURSER_SERVICES_CATEGORIES=users.user,faxes,users.admin"}, nil)
	require.NoError(t, err)
	require.Equal(t, want, c.Services.Categories)
}

func TestEmptySectionsKeepDefaults(t *testing.T) {
	want, err := config.Load("", nil, nil)
	require.NoError(t, err)
	for _, content := range []string{"", "rest:\n", "services:\n", "services:\n  categories:\n", "rest:\n  # master_api_key: x\nlimits:\n  depth:\n"} {
		got, err := config.Load(writeFile(t, "p.yaml", content), nil, nil)
		require.NoError(t, err, "%q", content)
		require.Equal(t, want, got, "%q", content)
	}
}

func TestUnknownNamesAreRefusedWithTheNearest(t *testing.T) {
	tests := []struct {
		file, env, flag string
		want            []string
	}{
		{file: "listen: {jsn: 127.0.0.1:1}\n", want: []string{"p.yaml", "unknown setting listen.jsn", "did you mean listen.json?"}},
		{file: "lisen: {json: 127.0.0.1:1}\n", want: []string{"lisen.json", "did you mean listen.json?"}},
		{file: "wholly: {different: 1}\n", want: []string{"unknown setting wholly.different"}},
		{file: "listen: 127.0.0.1:1\n", want: []string{"listen is a section"}},
		{file: "a: 1\nb: 2\n", want: []string{"unknown setting a\n", "unknown setting b"}},
		{env: "PURSER_LISTEN_JSN=x", want: []string{"environment", "PURSER_LISTEN_JSN", "did you mean PURSER_LISTEN_JSON?"}},
		{env: "PURSER_SERVERS=x", want: []string{"PURSER_SERVERS"}},
		{flag: "store.dri", want: []string{"flag", "unknown setting store.dri", "did you mean store.dir?"}},
	}
	for _, test := range tests {
		t.Run(test.want[0]+test.file+test.env+test.flag, func(t *testing.T) {
			path, flags, env := "", map[string]string{}, []string{}
			if test.file != "" {
				path = writeFile(t, "p.yaml", test.file)
			}
			if test.env != "" {
				env = append(env, test.env)
			}
			if test.flag != "" {
				flags[test.flag] = "x"
			}
			_, err := config.Load(path, env, flags)
			for _, part := range test.want {
				require.ErrorContains(t, err, part)
			}
		})
	}
}

func TestValuesThatAFormatWouldBendAreRefused(t *testing.T) {
	tests := []struct{ file, content, want string }{
		{"p.yaml", "rest: {master_api_key: 0123}\n", "rest.master_api_key must be text"},
		{"p.yaml", "listen: {rest: off}\ntls: {cert: 1}\n", "tls.cert must be text"},
		{"p.yaml", "limits: {depth: 1.5}\n", "limits.depth must be a whole number"},
		{"p.yaml", "limits: {depth: true}\n", "limits.depth must be a whole number"},
		{"p.yaml", "limits: {depth: [1]}\n", "limits.depth must be a single value"},
		{"p.yaml", "limits: {request_time: 10}\n", "limits.request_time must be a time with its unit"},
		{"p.yaml", "rest: {test_clock: maybe}\n", "rest.test_clock must be true or false"},
		{"p.yaml", "listen: {allow: [10.0.0.0/40]}\n", "listen.allow must be a list of networks"},
		{"p.yaml", "roles: {json: [1, 2]}\n", "roles.json must be a list of texts"},
		{"p.json", `{"charging":{"max_usage":{"data":9007199254740993}}}`, "charging.max_usage.data must be a whole number"},
		{"p.yaml", "services: {categories: {}}\n", "services.categories must have 1 to 100 categories"},
		{"p.yaml", "services: {categories: {users: user}}\n", "services.categories must be categories with lists"},
		{"p.yaml", "services: {categories: {users: [1]}}\n", "services.categories must be categories with lists"},
		{"p.yaml", "services: {categories: {users: ['a,b']}}\n", "services.categories must be categories with lists"},
		{"p.yaml", "services: {categories: {a.b: []}}\n", "services.categories must be categories with lists"},
		{"p.yaml", "services: {categories: {users: {user: []}}}\n", "services.categories must be categories with lists"},
		{"p.yaml", "log: {level: info}\nlog: {level: warn}\n", "already defined"},
		{"p.ini", "", "must end in .yaml, .json or .toml"},
	}
	for _, test := range tests {
		_, err := config.Load(writeFile(t, test.file, test.content), nil, nil)
		require.ErrorContains(t, err, test.want, test.content)
	}
	_, err := config.Load(filepath.Join(t.TempDir(), "absent.yaml"), nil, nil)
	require.ErrorContains(t, err, "absent.yaml")
}

func TestSecretFileOpenToOthersIsRefused(t *testing.T) {
	key := strings.Repeat("c0ffee12", 8)
	path := writeFile(t, "p.yaml", "rest: {master_api_key: "+key+"}\n")
	require.NoError(t, os.Chmod(path, 0o640))
	c, err := config.Load(path, nil, nil)
	require.NoError(t, err)
	require.Equal(t, config.Secret(key), c.REST.MasterAPIKey)

	require.NoError(t, os.Chmod(path, 0o644))
	_, err = config.Load(path, nil, nil)
	require.ErrorContains(t, err, "chmod 0640")
}

func TestSecretsAreNeverShown(t *testing.T) {
	canary := strings.Repeat("ca9a47f3", 8)
	c, err := config.Load("", []string{"PURSER_REST_MASTER_API_KEY=" + canary}, nil)
	require.NoError(t, err)
	require.Equal(t, canary, string(c.REST.MasterAPIKey))
	asJSON, err := json.Marshal(c)
	require.NoError(t, err)
	forms := []string{c.String(), string(asJSON), fmt.Sprintf("%v %+v %#v %s", c, c, c, c),
		fmt.Sprintf("%v %+v %#v %q", c.REST, c.REST, c.REST, c.REST.MasterAPIKey)}
	for _, form := range forms {
		require.NotContains(t, form, canary)
		require.Contains(t, form, "(set)")
	}

	// A secret under the wrong name must not come back in the error either.
	_, err = config.Load("", []string{"PURSER_REST_TEST_CLOCK=" + canary, "PURSER_REST_KEY=" + canary},
		map[string]string{"limits.depth": canary})
	require.Error(t, err)
	require.NotContains(t, err.Error(), canary)
}
