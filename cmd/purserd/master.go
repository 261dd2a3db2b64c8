package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"

	"purser/config"
	"purser/engine"
)

// masterTenant is the tenant of the master's own account: not the default one,
// whose lists over JSON-RPC hold only what clients made.
const masterTenant = "purser"

// masterKeyBytes is the size of an API key that is made: 256 bits, shown as 64
// hexadecimal digits. Source: ledgers-and-services, section 9.1.
const masterKeyBytes = 32

// ensureMaster makes sure that there is a master account, with the key of the
// settings where they give one. A key that is made is shown before it is
// journaled: a crash between the two leaves a key that opens nothing, and not a
// master whose key nobody knows.
func ensureMaster(ctx context.Context, cfg config.REST, eng *engine.Engine, show io.Writer, url string,
	log *slog.Logger) error {
	key := string(cfg.MasterAPIKey)
	if key == "" {
		there, err := hasMaster(ctx, eng)
		if err != nil || there {
			return err
		}
		if key, err = makeKey(show, url); err != nil {
			return err
		}
	}
	done, err := eng.Do(ctx, &engine.Command{
		Origin: engine.Origin{Face: "start"},
		Change: &engine.SetMaster{Account: engine.AccountID{Tenant: masterTenant}, Name: "Master",
			APIKey: engine.HashAPIKey(key)}})
	if err != nil {
		return fmt.Errorf("rest.master_api_key: %w", err)
	}
	log.Info("the master account has its key", "id", done.Member)
	return nil
}

func hasMaster(ctx context.Context, eng *engine.Engine) (there bool, err error) {
	err = eng.Read(ctx, func(s engine.State) error {
		id, err := engine.Tree{State: s}.MasterID()
		there = !id.IsZero()
		return err
	})
	return there, err
}

// makeKey makes an API key and shows it with what to do with it. It is shown
// this once, and not through the log, which is copied to who knows where.
func makeKey(show io.Writer, url string) (string, error) {
	b := make([]byte, masterKeyBytes)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("make the master's API key: %w", err)
	}
	key := hex.EncodeToString(b)
	_, err := fmt.Fprintf(show, `The API key of the REST master account, made now and never shown again:

    %s

Keep it safe. It gives a token to log in with:

    curl -X PUT -d '{"data":{"api_key":"%[1]s"}}' %s/v2/api_auth

`, key, url)
	if err != nil {
		return "", fmt.Errorf("show the master's API key: %w", err)
	}
	return key, nil
}
