package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"purser/config"
)

// newTLS returns the listeners' TLS settings, nil when TLS is off. The
// certificate is read again for each handshake at most once a change of its
// file, so that a renewed one needs no restart.
func newTLS(cfg config.TLS) (*tls.Config, error) {
	if cfg.Cert == "" {
		return nil, nil
	}
	files := &keyPair{cert: cfg.Cert, key: cfg.Key}
	if _, err := files.load(); err != nil {
		return nil, err
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return files.load() }}
	if cfg.ClientCA != "" {
		pem, err := os.ReadFile(cfg.ClientCA)
		if err != nil {
			return nil, fmt.Errorf("tls.client_ca: %w", err)
		}
		conf.ClientCAs = x509.NewCertPool()
		if !conf.ClientCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("tls.client_ca: no certificate in %s", cfg.ClientCA)
		}
		conf.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return conf, nil
}
