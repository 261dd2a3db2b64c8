package notify

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzAllowed looks for an address that passes and leads elsewhere.
func FuzzAllowed(f *testing.F) {
	for _, address := range []string{"https://a.example/h", "https://a.example/h/../x", "https://a.example@b/h", "//a.example/h",
		"https://a.example\\@b/h", "https://a.example%2f@b/h", "https://a.example:443/h", "https://a.example/h/%2e%2e/x"} {
		f.Add(address)
	}
	list, err := parseAllowed([]string{"https://a.example/h"})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, address string) {
		u, ok := list.find(address)
		if !ok {
			return
		}
		req, err := http.NewRequest(http.MethodPost, u.String(), nil)
		require.NoError(t, err)
		require.Equal(t, "https", req.URL.Scheme)
		require.True(t, strings.EqualFold("a.example", req.URL.Host), req.URL.Host)
		require.Nil(t, req.URL.User)
		require.True(t, req.URL.Path == "/h" || strings.HasPrefix(req.URL.Path, "/h/"), req.URL.Path)
		require.NotContains(t, req.URL.Path, "/../")
	})
}
