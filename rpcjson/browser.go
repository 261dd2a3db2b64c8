package rpcjson

import (
	"mime"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// guard refuses what a web page could make a browser send here. A daemon on loopback is within reach of every page
// that its host's user opens: the page's origin, the name that it found us by and the content type give it away.
// Clients that are no browsers send none of these headers, and any content type.
func (s *Server) guard(allow Access, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		switch {
		case !allow.AllowsPeer(r.RemoteAddr):
			http.Error(w, "your address is not allowed here", http.StatusForbidden)
			return
		case !s.hostAllowed(r):
			http.Error(w, "unknown Host", http.StatusForbidden)
			return
		case origin != "" && !slices.Contains(s.opts.Origins, origin):
			http.Error(w, "Origin not allowed", http.StatusForbidden)
			return
		}
		if origin != "" {
			h := w.Header()
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Allow-Methods", http.MethodPost)
			h.Set("Access-Control-Allow-Headers", "Accept, Accept-Language, Content-Type, "+headerIdempotencyKey)
			h.Add("Vary", "Origin")
			if r.Method == http.MethodOptions {
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		switch encoding := r.Header.Get("Content-Encoding"); {
		case fromBrowser(r) && !isJSONType(r.Header.Get("Content-Type")):
			http.Error(w, "Content-Type must be application/json", http.StatusUnsupportedMediaType)
		case encoding != "" && !strings.EqualFold(encoding, "identity"):
			http.Error(w, "compressed requests are not taken", http.StatusUnsupportedMediaType)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// hostAllowed reports whether the Host header names this machine: localhost, a loopback address, the address that the
// connection came in on, or one of Options.Hosts.
func (s *Server) hostAllowed(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if addr, err := netip.ParseAddr(host); err == nil {
		local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if addr = addr.Unmap().WithZone(""); addr.IsLoopback() || addr == peerAddr(local) {
			return true
		}
	}
	return strings.EqualFold(host, "localhost") ||
		slices.ContainsFunc(s.opts.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
}

// fromBrowser reports whether a header is there that browsers add and pages cannot remove.
func fromBrowser(r *http.Request) bool {
	for name := range r.Header {
		if name == "Origin" || strings.HasPrefix(name, "Sec-Fetch-") {
			return true
		}
	}
	return false
}

func isJSONType(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && media == "application/json"
}
