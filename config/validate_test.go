package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/config"
)

func TestRefusalsNameTheSettingAndTheRemedy(t *testing.T) {
	tests := []struct {
		flags map[string]string
		want  string // "" for accepted
	}{
		{map[string]string{"listen.json": "127.0.0.1:0"}, ""},
		{map[string]string{"listen.json": "localhost:2012"}, ""},
		{map[string]string{"listen.json": "[::1]:2012"}, ""},
		{map[string]string{"listen.json": "[::ffff:127.0.0.1]:2012"}, ""},
		{map[string]string{"listen.json": "127.0.0.1"}, "listen.json must be host:port"},
		{map[string]string{"listen.json": "127.0.0.1:http"}, "listen.json must be host:port"},
		{map[string]string{"listen.json": "127.0.0.1:65536"}, "listen.json must be host:port"},
		{map[string]string{"listen.json": "127.0.0.1:7", "listen.http": "127.0.0.1:7"}, "listen.http has the address of listen.json"},
		{map[string]string{"listen.json": ":2012"}, "listen.json is not a loopback address: set tls.cert"},
		{map[string]string{"listen.http": "0.0.0.0:2080"}, "listen.http is not a loopback address"},
		{map[string]string{"listen.rest": "[::]:8000"}, "listen.rest is not a loopback address"},
		{map[string]string{"listen.bijson": "purser.example.net:2014"}, "listen.bijson is not a loopback address"},
		{map[string]string{"listen.http": "0.0.0.0:2080", "listen.allow": "10.0.0.0/8"}, ""},
		{map[string]string{"listen.http": "0.0.0.0:2080", "tls.cert": "c", "tls.key": "k"}, ""},
		{map[string]string{"listen.http": "0.0.0.0:2080", "tls.cert": "c"}, "tls.key is empty while tls.cert is set"},
		{map[string]string{"tls.key": "k"}, "tls.cert is empty while tls.key is set"},
		{map[string]string{"tls.client_ca": "ca"}, "tls.client_ca needs tls.cert"},
		{map[string]string{"listen.json": "", "listen.bijson": "", "listen.http": ""}, ""},
		{map[string]string{"listen.json": "", "listen.bijson": "", "listen.http": "", "listen.rest": ""},
			"set at least one address"},
		{map[string]string{"roles.json": "read,root"}, `roles.json must list roles out of read,charge,topup,admin, not "root"`},
		{map[string]string{"roles.http": ""}, ""},
		{map[string]string{"http.hosts": "billing.example.net,billing.example.net:2080"}, ""},
		{map[string]string{"http.hosts": "*"}, "http.hosts must list names"},
		{map[string]string{"http.hosts": "https://billing.example.net"}, "http.hosts must list names"},
		{map[string]string{"http.origins": "https://portal.example.net:8443"}, ""},
		{map[string]string{"http.origins": "*"}, "http.origins must list origins"},
		{map[string]string{"http.origins": "https://portal.example.net/"}, "http.origins must list origins"},
		{map[string]string{"rest.origins": "https://portal.example.net/"}, "rest.origins must list origins"},
		{map[string]string{"rest.master_api_key": strings.Repeat("0a", 32)}, ""},
		{map[string]string{"rest.master_api_key": strings.Repeat("0a", 15)}, "rest.master_api_key must be at least 32"},
		{map[string]string{"rest.master_api_key": strings.Repeat("x ", 32)}, "rest.master_api_key must be at least 32"},
		{map[string]string{"rest.realm_suffix": ""}, "rest.realm_suffix must be a domain"},
		{map[string]string{"rest.realm_suffix": "sip example"}, "rest.realm_suffix must be a domain"},
		{map[string]string{"rest.realm_suffix": strings.Repeat("a", 221)}, "rest.realm_suffix must be a domain"},
		{map[string]string{"rest.bodies_bytes": "7999999"}, "rest.body_bytes must be at most rest.bodies_bytes"},
		{map[string]string{"rest.page_size": "1001"}, "rest.page_size must be at most rest.page_size_max"},
		{map[string]string{"rest.token_ttl": "0s"}, "rest.token_ttl must be more than 0 (default 1h)"},
		{map[string]string{"limits.tree_depth": "256"}, "limits.tree_depth must be at most 255"},
		{map[string]string{"notify.allow": "https://billing.example.net/hooks,http://127.0.0.1:8080"}, ""},
		{map[string]string{"notify.allow": "billing.example.net"}, "notify.allow must list addresses"},
		{map[string]string{"notify.allow": "https://user@billing.example.net/"}, "notify.allow must list addresses"},
		{map[string]string{"services.categories": "users.user, users.admin,port_request"}, ""},
		{map[string]string{"services.categories": ""}, "services.categories must have 1 to 100 categories"},
		{map[string]string{"services.categories": numbered(101, "c%d")}, "services.categories must have 1 to 100 categories"},
		{map[string]string{"services.categories": numbered(501, "c.i%d")}, "at most 500 items in all"},
		{map[string]string{"services.categories": "Users.user"}, `services.categories must have names of at most 64`},
		{map[string]string{"services.categories": "users._all"}, `services.categories must have names`},
		{map[string]string{"services.categories": "users."}, `services.categories must have names`},
		{map[string]string{"services.categories": ".user"}, `services.categories must have names`},
		{map[string]string{"services.categories": "users.user.a"}, `the first a letter or digit, not "user.a"`},
		{map[string]string{"services.categories": "users." + strings.Repeat("u", 65)}, `services.categories must have names`},
		{map[string]string{"services.categories": "a.b,c.b,a.b"}, "services.categories must have a.b once"},
		{map[string]string{"store.dir": ""}, "store.dir must name the data directory"},
		{map[string]string{"general.default_tenant": ""}, "general.default_tenant must be a name"},
		{map[string]string{"general.default_tenant": "a:b"}, "general.default_tenant must be a name"},
		{map[string]string{"general.default_tenant": "cgrates.org", "limits.name_bytes": "3"}, "general.default_tenant"},
		{map[string]string{"idempotency.keep": "0s"}, "idempotency.keep must be more than 0 (default 48h)"},
		{map[string]string{"limits.queue": "0"}, "limits.queue must be more than 0 (default 4096)"},
		{map[string]string{"limits.queue": "-1"}, "limits.queue must be more than 0"},
		{map[string]string{"charging.max_usage.sms": "0"}, "charging.max_usage.sms must be more than 0"},
		{map[string]string{"limits.name_bytes": "4097"}, "limits.name_bytes must be at most 4096"},
		{map[string]string{"limits.depth": "10001"}, "limits.depth must be at most 10000"},
		{map[string]string{"log.level": "loud"}, "log.level must be debug, info, warn or error"},
		{map[string]string{"log.format": "xml"}, "log.format must be text or json"},
	}
	for _, test := range tests {
		_, err := config.Load("", nil, test.flags)
		if test.want == "" {
			require.NoError(t, err, "%v", test.flags)
		} else {
			require.ErrorContains(t, err, test.want, "%v", test.flags)
		}
	}
}

// numbered is a list of names, each with its number.
func numbered(n int, name string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(name, i)
	}
	return strings.Join(list, ",")
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	_, err := config.Load("", nil, map[string]string{"log.level": "loud", "store.dir": "", "limits.depth": "0"})
	require.ErrorContains(t, err, "log.level")
	require.ErrorContains(t, err, "store.dir")
	require.ErrorContains(t, err, "limits.depth")
}
