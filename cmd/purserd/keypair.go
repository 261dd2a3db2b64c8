package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// keyPair is a certificate that is read again when its file has changed.
type keyPair struct {
	cert, key string

	mu      sync.Mutex
	changed time.Time
	loaded  *tls.Certificate
}

// load returns the certificate. One that cannot be read any more leaves the
// old one in force: a half-written renewal must not end the service.
func (k *keyPair) load() (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := os.Stat(k.cert)
	if err == nil && k.loaded != nil && info.ModTime().Equal(k.changed) {
		return k.loaded, nil
	}
	if err == nil {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(k.cert, k.key); err == nil {
			k.loaded, k.changed = &pair, info.ModTime()
		}
	}
	if k.loaded == nil {
		return nil, fmt.Errorf("tls.cert, tls.key: %w", err)
	}
	return k.loaded, nil
}
