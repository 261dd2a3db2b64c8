package notify

import (
	"fmt"
	"net/url"
	"path"
	"strings"
)

// allowed are the addresses that may be sent to.
type allowed []*url.URL

// parseAllowed reads prefixes of addresses, https://billing.example.net/hooks.
func parseAllowed(prefixes []string) (allowed, error) {
	var list allowed
	for _, text := range prefixes {
		u, err := parseAddress(text)
		if err != nil || u.RawQuery != "" {
			return nil, fmt.Errorf("notify: %q is not the beginning of an address such as https://billing.example.net/", text)
		}
		list = append(list, u)
	}
	return list, nil
}

// parseAddress reads an address of an HTTP server: one without a user, and with
// a path that does not climb.
func parseAddress(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("notify: %w", err)
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.User != nil, u.Opaque != "", u.Fragment != "":
		return nil, fmt.Errorf("notify: %q is not an address of an HTTP server", text)
	case u.Path != "" && path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") && u.Path != "/":
		return nil, fmt.Errorf("notify: the path of %q is not plain", text)
	}
	return u, nil
}

// find returns the address if it begins with one that is allowed: the same
// scheme, host and port, and a path below it.
func (list allowed) find(text string) (*url.URL, bool) {
	u, err := parseAddress(text)
	if err != nil {
		return nil, false
	}
	for _, a := range list {
		below := strings.TrimSuffix(a.Path, "/")
		if u.Scheme == a.Scheme && strings.EqualFold(u.Host, a.Host) &&
			(u.Path == below || strings.HasPrefix(u.Path, below+"/")) {
			return u, true
		}
	}
	return nil, false
}
