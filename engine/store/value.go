package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/fxamacker/cbor/v2"

	"purser/engine"
	"purser/engine/ledger"
)

// Buckets of the checkpoint. Names have no control characters, so a 0 byte
// ends a tenant, and keys lie in the order of tenants and then of names.
var (
	accountsBucket = []byte("accounts") // a bucket for each run of rows: tenant 0 account, see appendRow
	countsBucket   = []byte("counts")   // tenant 0: number of accounts
	keysBucket     = []byte("keys")     // tenant 0 idempotency key: engine.Remembered
	keyOrderBucket = []byte("keyorder") // number of the entry: key in the keys bucket
	tariffsBucket  = []byte("tariffs")  // kind 0 ID: what engine.Tariffs.Value returns
	membersBucket  = []byte("members")  // ID of a shared group: []engine.AccountID
	ledgersBucket  = []byte("ledgers")  // see lineRows
	servicesBucket = []byte("services") // kind 0 ID: what engine.Services.Value returns
	positionKey    = []byte("position") // in the meta bucket: position
)

func checkpointFormat() *format {
	return &format{
		name: "checkpoint.db", kind: "purser checkpoint", version: 4, oldest: 4,
		buckets: [][]byte{accountsBucket, indexBucket, countsBucket, keysBucket, keyOrderBucket, tariffsBucket,
			membersBucket, ledgersBucket, servicesBucket, auditBucket},
		remedy: "stop the daemon and delete this file; it is folded again from the journal",
	}
}

// position is where in the journal the checkpoint stands.
type position struct {
	Seq  uint64         `cbor:"1,keyasint"` // the last entry of a group
	Seal []byte         `cbor:"2,keyasint"` // of that group
	At   engine.Instant `cbor:"3,keyasint"` // time of that entry

	// KeysFrom is the first entry whose idempotency key is still there: those
	// before it were forgotten.
	KeysFrom uint64 `cbor:"4,keyasint"`

	Runs []run `cbor:"5,keyasint,omitempty"` // of accounts, newest first
}

// nameKey is a key of two names: an account's, or an idempotency key's.
func nameKey(tenant, name string) []byte {
	return appendNameKey(make([]byte, 0, len(tenant)+1+len(name)), tenant, name)
}

func appendNameKey(b []byte, tenant, name string) []byte {
	return append(append(append(b, tenant...), 0), name...)
}

// accountOf returns whose key it is.
func accountOf(key []byte) engine.AccountID {
	tenant, account, _ := bytes.Cut(key, []byte{0})
	return engine.AccountID{Tenant: string(tenant), Account: string(account)}
}

// tariffKey is the key of a thing in the tariff.
func tariffKey(k engine.TariffKey) []byte { return nameKey(string(k.Kind), k.ID) }

// parseTariffKey reads what tariffKey wrote.
func parseTariffKey(key []byte) engine.TariffKey {
	kind, id, _ := bytes.Cut(key, []byte{0})
	return engine.TariffKey{Kind: engine.TariffKind(kind), ID: string(id)}
}

// serviceKey is the key of a thing of services.
func serviceKey(k engine.ServiceKey) []byte { return nameKey(string(k.Kind), k.ID) }

// parseServiceKey reads what serviceKey wrote.
func parseServiceKey(key []byte) engine.ServiceKey {
	kind, id, _ := bytes.Cut(key, []byte{0})
	return engine.ServiceKey{Kind: engine.ServiceKeyKind(kind), ID: string(id)}
}

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }

// coder writes and reads values: CRC-32C of key and CBOR, then CBOR.
type coder struct {
	enc cbor.EncMode
	dec cbor.DecMode
}

func newCoder() (coder, error) {
	enc, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return coder{}, fmt.Errorf("store: cbor encoder: %w", err)
	}
	dec, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		IndefLength:       cbor.IndefLengthForbidden,
		MaxArrayElements:  1 << 24,                // as the engine's entries have
		UTF8:              cbor.UTF8DecodeInvalid, // likewise
	}.DecMode()
	if err != nil {
		return coder{}, fmt.Errorf("store: cbor decoder: %w", err)
	}
	return coder{enc, dec}, nil
}

const checksumBytes = 4

var errChecksum = errors.New("wrong checksum")

func checksum(key, data []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum(key, table), table, data)
}

// encode returns the value of v under key.
func (c coder) encode(key []byte, v any) ([]byte, error) {
	data, err := c.enc.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("store: encode %q: %w", key, err)
	}
	value := append(make([]byte, checksumBytes, checksumBytes+len(data)), data...)
	return sum(key, value), nil
}

// decode reads into v what encode wrote under key. v shares nothing with value.
func (c coder) decode(key, value []byte, v any) error {
	data, err := summed(key, value)
	if err != nil {
		return err
	}
	if err := c.dec.Unmarshal(data, v); err != nil {
		return fmt.Errorf("store: value of %q: %w", key, err)
	}
	return nil
}

// sum writes the checksum into the room left for it at the front of value.
func sum(key, value []byte) []byte {
	binary.BigEndian.PutUint32(value, checksum(key, value[checksumBytes:]))
	return value
}

// summed returns the CBOR in value, which must have its checksum.
func summed(key, value []byte) ([]byte, error) {
	if len(value) < checksumBytes || binary.BigEndian.Uint32(value) != checksum(key, value[checksumBytes:]) {
		return nil, fmt.Errorf("store: value of %q: %w", key, errChecksum)
	}
	return value[checksumBytes:], nil
}

// appendRow appends the value of a row: the size of the account, the account in
// the engine's own codec, as accounts are most of a checkpoint, and the book of
// its ledger. The row's key says whose it is. An account that is not there has
// size 0, and no value at all if it never had a ledger.
func appendRow(b []byte, a *engine.Account, book *ledger.Book) (_ []byte, err error) {
	if a == nil && book.Empty() {
		return b, nil
	}
	const sizeBytes = 4
	b = append(b, make([]byte, sizeBytes)...)
	start := len(b)
	if a != nil {
		nameless := *a
		nameless.ID = engine.AccountID{}
		if b, err = engine.AppendAccount(b, &nameless); err != nil {
			return nil, err
		}
	}
	binary.BigEndian.PutUint32(b[start-sizeBytes:], uint32(len(b)-start))
	return ledger.AppendBook(b, book), nil
}

// splitRow returns the account and the book in a value.
func splitRow(value []byte) (account, book []byte, err error) {
	if len(value) == 0 {
		return nil, nil, nil
	}
	if len(value) < 4 || binary.BigEndian.Uint32(value) > uint32(len(value)-4) {
		return nil, nil, errBlock
	}
	size := binary.BigEndian.Uint32(value)
	return value[4 : 4+size], value[4+size:], nil
}

// decodeAccount returns the account of that ID in a value, nil when it is not
// there.
func decodeAccount(value []byte, id engine.AccountID) (*engine.Account, error) {
	data, _, err := splitRow(value)
	if err != nil {
		return nil, fmt.Errorf("store: row of %s: %w", id, err)
	}
	if len(data) == 0 {
		return nil, nil
	}
	a, err := engine.DecodeAccount(data)
	if err != nil {
		return nil, fmt.Errorf("store: row of %s: %w", id, err)
	}
	a.ID = id
	return a, nil
}

// decodeRow returns account and book.
func decodeRow(value []byte, id engine.AccountID) (*engine.Account, ledger.Book, error) {
	a, err := decodeAccount(value, id)
	if err != nil {
		return nil, ledger.Book{}, err
	}
	_, data, _ := splitRow(value) // decodeAccount has seen that it can be split
	book, err := ledger.DecodeBook(data)
	if err != nil {
		return nil, ledger.Book{}, fmt.Errorf("store: row of %s: %w", id, err)
	}
	return a, book, nil
}
