package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// nameBytesMax bounds limits.name_bytes: a key of the store holds several names
// and has at most 32768 bytes (bbolt.MaxKeySize).
const nameBytesMax = 4096

// treeDepthMax bounds limits.tree_depth: the store counts ancestors in one byte.
const treeDepthMax = 255

// realmSuffixMax bounds rest.realm_suffix: a realm has at most 253 bytes, and up
// to 32 digits of an ID and a dot stand before the suffix.
const realmSuffixMax = 253 - 33

// masterKey is what rest.master_api_key may be: as a rule 256 bits in
// hexadecimal digits (ledgers-and-services, section 9.1), at least 32 characters
// of any other sort.
var masterKey = regexp.MustCompile(`^[!-~]{32,256}$`)

// realmSuffix is what a realm may be made of. Source: ledgers-and-services, section 9.1.
var realmSuffix = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// depthMax bounds limits.depth: decoders of nested values recurse, and Go's own
// encoding/json stops at 10000.
const depthMax = 10000

// Validate checks every setting and how settings relate. The error joins all
// findings; each names the setting and the remedy.
func (c Config) Validate() error {
	return errors.Join(
		c.validateNumbers(),
		c.validateListeners(),
		c.validateTLS(),
		c.validateRoles(),
		c.validateHTTP(),
		c.validateREST(),
		c.validateNotify(),
		c.Services.Categories.validate("services.categories"),
		c.validateNames(),
	)
}

// validateNumbers refuses zero and less for every number: each is a bound, and
// a bound of zero refuses everything.
func (c Config) validateNumbers() error {
	var errs []error
	for _, b := range bind(&c) {
		positive := true
		switch f := b.field.(type) {
		case *int:
			positive = *f > 0
		case *time.Duration:
			positive = *f > 0
		case *Units:
			positive = *f > 0
		}
		if !positive {
			errs = append(errs, invalid(b.Name, "must be more than 0 (default "+b.Default+")"))
		}
	}
	if c.Limits.NameBytes > nameBytesMax {
		errs = append(errs, invalid("limits.name_bytes", fmt.Sprintf("must be at most %d", nameBytesMax)))
	}
	if c.Limits.Depth > depthMax {
		errs = append(errs, invalid("limits.depth", fmt.Sprintf("must be at most %d", depthMax)))
	}
	if c.Limits.TreeDepth > treeDepthMax {
		errs = append(errs, invalid("limits.tree_depth", fmt.Sprintf("must be at most %d", treeDepthMax)))
	}
	return errors.Join(errs...)
}

func (c Config) validateListeners() error {
	protected := c.TLS.Cert != "" && c.TLS.Key != "" || len(c.Listen.Allow) > 0
	listeners := []struct{ name, address string }{
		{"listen.json", c.Listen.JSON},
		{"listen.bijson", c.Listen.BiJSON},
		{"listen.http", c.Listen.HTTP},
		{"listen.rest", c.Listen.REST},
	}
	var errs []error
	on := false
	taken := map[string]string{} // by address
	for _, l := range listeners {
		if l.address == "" {
			continue
		}
		on = true
		host, port, err := net.SplitHostPort(l.address)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		switch {
		case err != nil:
			errs = append(errs, invalid(l.name, "must be host:port, for example 127.0.0.1:2012, or empty for off"))
		case port != "0" && taken[l.address] != "":
			errs = append(errs, invalid(l.name, "has the address of "+taken[l.address]+": each listener needs its own"))
		case !isLoopback(host) && !protected:
			errs = append(errs, invalid(l.name, "is not a loopback address: set tls.cert and tls.key, "+
				"or list the peers' networks in listen.allow"))
		}
		taken[l.address] = l.name
	}
	if !on {
		errs = append(errs, invalid("listen.json", "and all other listeners are off: set at least one address"))
	}
	return errors.Join(errs...)
}

// isLoopback tells whether only this machine reaches host. A name other than
// localhost may resolve to anything, so it is not trusted.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

func (c Config) validateTLS() error {
	switch {
	case c.TLS.Cert != "" && c.TLS.Key == "":
		return invalid("tls.key", "is empty while tls.cert is set: set both or none")
	case c.TLS.Cert == "" && c.TLS.Key != "":
		return invalid("tls.cert", "is empty while tls.key is set: set both or none")
	case c.TLS.ClientCA != "" && c.TLS.Cert == "":
		return invalid("tls.client_ca", "needs tls.cert and tls.key")
	}
	return nil
}

func (c Config) validateRoles() error {
	var errs []error
	for _, b := range bind(&c) {
		roles, ok := b.field.(*[]string)
		if !ok || !strings.HasPrefix(b.Name, "roles.") {
			continue
		}
		for _, role := range *roles {
			if !slices.Contains(splitList(allRoles), role) {
				errs = append(errs, invalid(b.Name, fmt.Sprintf("must list roles out of %s, not %q", allRoles, role)))
			}
		}
	}
	return errors.Join(errs...)
}

func (c Config) validateHTTP() error {
	var errs []error
	for _, host := range c.HTTP.Hosts {
		if host == "*" || strings.ContainsAny(host, "/ \t") {
			errs = append(errs, invalid("http.hosts", fmt.Sprintf("must list names such as billing.example.net, not %q", host)))
		}
	}
	errs = append(errs, validateOrigins("http.origins", c.HTTP.Origins), validateOrigins("rest.origins", c.REST.Origins))
	return errors.Join(errs...)
}

func validateOrigins(name string, origins []string) error {
	var errs []error
	for _, origin := range origins {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || origin != u.Scheme+"://"+u.Host {
			errs = append(errs, invalid(name,
				fmt.Sprintf("must list origins such as https://portal.example.net, not %q", origin)))
		}
	}
	return errors.Join(errs...)
}

func (c Config) validateREST() error {
	var errs []error
	r := c.REST
	// One fast hash of the key is kept, so it must not be one that can be guessed.
	if key := string(r.MasterAPIKey); key != "" && !masterKey.MatchString(key) {
		errs = append(errs, invalid("rest.master_api_key",
			"must be at least 32 characters, best 64 hexadecimal digits as `openssl rand -hex 32` makes them, or empty"))
	}
	if !realmSuffix.MatchString(r.RealmSuffix) || len(r.RealmSuffix) > realmSuffixMax {
		errs = append(errs, invalid("rest.realm_suffix",
			fmt.Sprintf("must be a domain such as sip.example.net of at most %d bytes", realmSuffixMax)))
	}
	if r.BodyBytes > r.BodiesBytes {
		errs = append(errs, invalid("rest.body_bytes", "must be at most rest.bodies_bytes"))
	}
	if r.LedgerBalanceID == "" {
		errs = append(errs, invalid("rest.ledger_balance_id", "must not be empty"))
	}
	if r.PageSize > r.PageSizeMax {
		errs = append(errs, invalid("rest.page_size", "must be at most rest.page_size_max"))
	}
	return errors.Join(errs...)
}

func (c Config) validateNotify() error {
	var errs []error
	for _, prefix := range c.Notify.Allow {
		u, err := url.Parse(prefix)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" {
			errs = append(errs, invalid("notify.allow",
				fmt.Sprintf("must list addresses such as https://billing.example.net/hooks, not %q", prefix)))
		}
	}
	return errors.Join(errs...)
}

func (c Config) validateNames() error {
	var errs []error
	if c.Store.Dir == "" {
		errs = append(errs, invalid("store.dir", "must name the data directory"))
	}
	tenant := c.General.DefaultTenant
	if tenant == "" || len(tenant) > c.Limits.NameBytes || strings.ContainsAny(tenant, ": \t\r\n\x00") {
		errs = append(errs, invalid("general.default_tenant",
			"must be a name without blanks and colons, within limits.name_bytes"))
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level) {
		errs = append(errs, invalid("log.level", "must be debug, info, warn or error"))
	}
	if !slices.Contains([]string{"text", "json"}, c.Log.Format) {
		errs = append(errs, invalid("log.format", "must be text or json"))
	}
	return errors.Join(errs...)
}

func invalid(name, remedy string) error { return fmt.Errorf("config: %s %s", name, remedy) }
