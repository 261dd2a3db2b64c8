package crossbar

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// What pages of other origins may send and read. Source: ledgers-and-services, section 1.2.
const (
	corsAllowHeaders = "content-type, depth, user-agent, x-http-method-override, x-file-size, x-requested-with, " +
		"if-modified-since, x-file-name, cache-control, x-auth-token, x-kazoo-cluster-id, if-match, " +
		"idempotency-key, if-none-match"
	corsExposeHeaders = "content-type, x-auth-token, x-request-id, x-kazoo-cluster-id, location, etag, x-after-seq, " +
		"x-last-seq"
	corsMaxAge = "86400" // seconds
)

// setHeaders sets what every answer carries: CORS for those who ask, and what keeps browsers from guessing and caches
// from keeping.
func (rq *request) setHeaders(h http.Header) {
	h.Set("X-Request-Id", rq.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Referrer-Policy", "no-referrer")
	asked := rq.http.Header
	if asked.Get("Origin") == "" && asked.Get("Access-Control-Request-Method") == "" &&
		asked.Get("Access-Control-Request-Headers") == "" {
		return
	}
	allowed := "*"
	if rq.face.opts.Origins != nil {
		allowed = asked.Get("Origin")
		h.Set("Vary", "Origin")
		if !slices.Contains(rq.face.opts.Origins, allowed) {
			return
		}
	}
	h.Set("Access-Control-Allow-Origin", allowed)
	methods := []string{http.MethodOptions} // first, also where there is no route
	if rq.place != nil {
		methods = append(methods, slices.DeleteFunc(rq.place.verbs(),
			func(verb string) bool { return verb == http.MethodOptions })...)
	}
	h.Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
	h.Set("Access-Control-Allow-Headers", corsAllowHeaders)
	h.Set("Access-Control-Expose-Headers", corsExposeHeaders)
	h.Set("Access-Control-Max-Age", corsMaxAge)
}

// checkBrowser refuses what a web page could make a browser send here against the operator's will: requests of origins
// that are not listed, where there is a list, and requests to a name that is not ours (DNS rebinding).
func (rq *request) checkBrowser() error {
	origin := rq.http.Header.Get("Origin")
	if origin != "" && rq.face.opts.Origins != nil && !slices.Contains(rq.face.opts.Origins, origin) {
		return errForbidden
	}
	if !rq.hostAllowed() {
		return errForbidden
	}
	return nil
}

// hostAllowed reports whether the Host header names this machine: localhost, a loopback address, the address that the
// connection came in on, or one of Options.Hosts.
func (rq *request) hostAllowed() bool {
	host := rq.http.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if addr, err := netip.ParseAddr(host); err == nil {
		if addr = addr.Unmap().WithZone(""); addr.IsLoopback() || addr == rq.localAddr() {
			return true
		}
	}
	return strings.EqualFold(host, "localhost") ||
		slices.ContainsFunc(rq.face.opts.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
}

// localAddr is the address that the connection came in on, the zero one if that is unknown.
func (rq *request) localAddr() netip.Addr {
	local, ok := rq.http.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return netip.Addr{}
	}
	at, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
