package engine

// SharedGroup is a pool that several accounts pay from: the balances that name
// it, of all accounts that have one. Source: cgrates-charging, section 7.
type SharedGroup struct {
	ID      string        `cbor:"1,keyasint"`
	Members []GroupMember `cbor:"2,keyasint"` // sorted by Account, each once
}

// GroupMember says how one account draws on a group.
type GroupMember struct {
	Account       string `cbor:"1,keyasint"` // tenant:account, *any for all others
	Strategy      string `cbor:"2,keyasint"`
	RatingSubject string `cbor:"3,keyasint,omitempty"` // kept and shown, without effect as in CGRateS
}

// Strategies: in which order the balances of a group pay. Those with mine in
// the name let the account's own go first. *random ones go by a hash of the
// command's seed, so that a replay takes the same.
const (
	PoolLowest      = "*lowest"
	PoolHighest     = "*highest"
	PoolRandom      = "*random"
	PoolMineLowest  = "*mine_lowest"
	PoolMineHighest = "*mine_highest"
	PoolMineRandom  = "*mine_random"
)
