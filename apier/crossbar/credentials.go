package crossbar

import (
	"context"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"purser/engine"
)

// The hashes that a client may send instead of a password. They are no protection, only Kazoo's form of one: what is
// kept is a slow hash of them. Source: ledgers-and-services, section 1.3.
const (
	methodMD5 = "md5"
	methodSHA = "sha"
)

// sentCredentials are what a client sends for a name and a password: hexadecimal digits.
func sentCredentials(method, name, password string) string {
	text := strings.ToLower(name) + ":" + password
	if method == methodSHA {
		sum := sha1.Sum([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// What is kept of a user's credentials is a version, the rounds, the salt, and the slow hash of either form.
const (
	slowVersion = 1
	saltBytes   = 16
	saltAt      = 5
	md5At       = saltAt + saltBytes
	shaAt       = md5At + sha256.Size
	slowBytes   = shaAt + sha256.Size
)

// cost is what two slow hashes must have in common to be compared: one computation serves all users that have it.
type cost struct {
	rounds uint32
	salt   [saltBytes]byte
}

// costOf returns the cost of kept credentials, and false for what is none.
func costOf(kept []byte) (c cost, ok bool) {
	if len(kept) != slowBytes || kept[0] != slowVersion {
		return cost{}, false
	}
	c.rounds = binary.BigEndian.Uint32(kept[1:])
	copy(c.salt[:], kept[saltAt:])
	return c, c.rounds > 0
}

// slow computes the slow hash of sent credentials. It takes a processor for some 0.1 s, hence few at a time.
func (f *Face) slow(ctx context.Context, c cost, sent string) ([]byte, error) {
	if err := f.hashing.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer f.hashing.Release(1)
	return pbkdf2.Key(sha256.New, strings.ToLower(sent), c.salt[:], int(c.rounds), sha256.Size)
}

// keepCredentials returns what is to be kept of a user's name and password. The users of an account share a salt, so
// that a login, which does not say which user it is, computes one hash.
func (f *Face) keepCredentials(ctx context.Context, others []engine.User, name, password string) ([]byte, error) {
	c := cost{rounds: uint32(f.opts.PasswordRounds)}
	if err := f.random(c.salt[:]); err != nil {
		return nil, err
	}
	for _, u := range others {
		if of, ok := costOf(u.Credentials); ok && of.rounds == c.rounds {
			c.salt = of.salt
			break
		}
	}
	kept := binary.BigEndian.AppendUint32([]byte{slowVersion}, c.rounds)
	kept = append(kept, c.salt[:]...)
	for _, method := range []string{methodMD5, methodSHA} {
		hash, err := f.slow(ctx, c, sentCredentials(method, name, password))
		if err != nil {
			return nil, err
		}
		kept = append(kept, hash...)
	}
	return kept, nil
}

// findUser returns the user whose credentials were sent, nil when there is none. It takes as long for no user as for
// one.
func (f *Face) findUser(ctx context.Context, users []engine.User, method, sent string) (*engine.User, error) {
	at := md5At
	if method == methodSHA {
		at = shaAt
	}
	hashes := map[cost][]byte{}
	var found *engine.User
	for i := range users {
		c, ok := costOf(users[i].Credentials)
		if !ok {
			continue
		}
		if hashes[c] == nil {
			hash, err := f.slow(ctx, c, sent)
			if err != nil {
				return nil, err
			}
			hashes[c] = hash
		}
		if subtle.ConstantTimeCompare(hashes[c], users[i].Credentials[at:at+sha256.Size]) == 1 {
			found = &users[i]
		}
	}
	if len(hashes) == 0 {
		_, err := f.slow(ctx, cost{rounds: uint32(f.opts.PasswordRounds)}, sent)
		return nil, err
	}
	return found, nil
}
