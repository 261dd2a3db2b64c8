package config

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/viper"
	"github.com/stretchr/testify/require"
)

const example = "../data/purser.example.yaml"

// other returns a valid text for a setting that differs from its default.
func other(b binding) string {
	switch b.field.(type) {
	case *bool:
		return "true"
	case *int, *Units:
		return "77"
	case *time.Duration:
		return "77s"
	case *[]netip.Prefix:
		return "192.0.2.0/24"
	}
	switch {
	case strings.HasPrefix(b.Name, "listen."):
		return "127.0.0.1:7777"
	case strings.HasPrefix(b.Name, "roles."):
		return "read,charge"
	case b.Name == "rest.master_api_key":
		return strings.Repeat("c0ffee12", 8)
	case b.Name == "http.origins", b.Name == "rest.origins":
		return "https://portal.example.net"
	case b.Name == "notify.allow":
		return "https://billing.example.net/hooks"
	case b.Name == "log.level":
		return "debug"
	case b.Name == "log.format":
		return "json"
	}
	return "other"
}

// companions are the settings that a setting needs beside it.
func companions(name string) map[string]string {
	if strings.HasPrefix(name, "tls.") {
		return map[string]string{"tls.cert": "other", "tls.key": "other"}
	}
	if name == "rest.bodies_bytes" {
		return map[string]string{"rest.body_bytes": "77"}
	}
	if name == "rest.page_size_max" {
		return map[string]string{"rest.page_size": "77"}
	}
	return nil
}

func TestEveryFieldIsASetting(t *testing.T) {
	var c Config
	bound := map[any]bool{}
	for _, b := range bind(&c) {
		require.False(t, bound[b.field], "%s shares its field", b.Name)
		bound[b.field] = true
	}
	var walk func(v reflect.Value)
	fields := 0
	walk = func(v reflect.Value) {
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.Struct {
				walk(f)
			} else {
				fields++
				require.True(t, bound[f.Addr().Interface()], "%s.%s is no setting", v.Type(), v.Type().Field(i).Name)
			}
		}
	}
	walk(reflect.ValueOf(&c).Elem())
	require.Len(t, bound, fields)
}

func TestEverySettingHasHelpAndItsOwnVariable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Names() {
		require.NotEmpty(t, s.Help, s.Name)
		require.NotContains(t, s.Help, "\n", s.Name)
		require.False(t, seen[s.Env()], s.Env())
		seen[s.Env()] = true
	}
	require.True(t, seen["PURSER_REST_MASTER_API_KEY"])
}

func TestEverySettingComesFromFileEnvironmentAndFlag(t *testing.T) {
	var c Config
	for _, b := range bind(&c) {
		t.Run(b.Name, func(t *testing.T) {
			text := other(b)
			want := companions(b.Name)
			if want == nil {
				want = map[string]string{}
			}
			want[b.Name] = text

			var file, env = strings.Builder{}, []string{}
			for name, value := range want {
				file.WriteString(name + ": " + yamlOf(b, value) + "\n")
				env = append(env, Setting{Name: name}.Env()+"="+value)
			}
			path := filepath.Join(t.TempDir(), "p.yaml")
			require.NoError(t, os.WriteFile(path, []byte(file.String()), 0o600))

			fromFile, err := Load(path, nil, nil)
			require.NoError(t, err)
			fromEnv, err := Load("", env, nil)
			require.NoError(t, err)
			fromFlags, err := Load("", nil, want)
			require.NoError(t, err)
			defaults, err := Load("", nil, nil)
			require.NoError(t, err)

			require.NotEqual(t, defaults, fromFile)
			require.Equal(t, fromFile, fromEnv)
			require.Equal(t, fromFile, fromFlags)
		})
	}
}

// yamlOf writes a value as people write it in a YAML file.
func yamlOf(b binding, value string) string {
	switch b.field.(type) {
	case *[]string, *[]netip.Prefix:
		return yamlList(splitList(value))
	case *bool, *int, *Units:
		return value
	}
	return `"` + value + `"`
}

func TestExampleListsEverySettingWithItsDefault(t *testing.T) {
	want, err := Load("", nil, nil)
	require.NoError(t, err)
	got, err := Load(example, nil, nil)
	require.NoError(t, err)
	require.Equal(t, want, got)

	file := viper.New()
	file.SetConfigFile(example)
	require.NoError(t, file.ReadInConfig())
	names := make([]string, 0, len(Names()))
	for _, s := range Names() {
		names = append(names, s.Name)
	}
	require.ElementsMatch(t, names, fileKeys(bind(new(Config)), file))
}

func TestOperatingGuideListsEverySetting(t *testing.T) {
	guide, err := os.ReadFile("../docs/operating.md")
	require.NoError(t, err)
	var table strings.Builder
	table.WriteString("| Setting | Default | |\n|---|---|---|\n")
	for _, s := range Names() {
		table.WriteString(docLine(s))
	}
	require.Contains(t, string(guide), table.String()+"\n", "the table of settings is not that of settings.go")
}

// docLine is a setting's line in the operating guide.
func docLine(s Setting) string {
	text := s.Default
	if text == "" {
		text = `""`
	}
	return fmt.Sprintf("| `%s` | `%s` | %s |\n", s.Name, text, s.Help)
}

func TestPrintedConfigReadsBackAlike(t *testing.T) {
	for _, flags := range []map[string]string{
		nil,
		{"listen.rest": "", "listen.allow": "10.0.0.0/8,::1", "roles.json": "", "store.dir": `a "b" \ c: # d`,
			"charging.max_usage.voice": "90s", "limits.write_time": "1500ms", "http.hosts": "a.example,b.example"},
	} {
		want, err := Load("", nil, flags)
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "printed.yaml")
		require.NoError(t, os.WriteFile(path, []byte(want.String()), 0o600))
		got, err := Load(path, nil, nil)
		require.NoError(t, err)
		require.Equal(t, want.String(), got.String())
	}
}

func TestHintNamesTheNearestOrNone(t *testing.T) {
	known := []string{"listen.json", "listen.http", "store.dir"}
	tests := map[string]string{
		"listen.jsn": "listen.json", "listenjson": "listen.json", "store.dri": "store.dir", "listen.htpp": "listen.http",
		"": "", "zzzzzz": "", "completely.else": "",
	}
	for name, want := range tests {
		if want == "" {
			require.NotContains(t, hint(name, known), "did you mean", name)
		} else {
			require.Contains(t, hint(name, known), "did you mean "+want+"?", name)
		}
	}
	require.Equal(t, 0, edits("abc", "abc"))
	require.Equal(t, 3, edits("", "abc"))
	require.Equal(t, 3, edits("kitten", "sitting"))
}
