package services

// Record is the state of one account's services. It holds what was decided;
// invoices, standing and audit days follow from it.
type Record struct {
	Plans      Assignments `cbor:"1,keyasint,omitempty"`
	Overrides  Document    `cbor:"2,keyasint,omitzero"` // laid over every assigned plan
	Quantities Quantities  `cbor:"3,keyasint,omitzero"`
	BillingID  string      `cbor:"4,keyasint,omitempty"` // id of the account that pays, 32 hex digits; "" itself
	Standing   Standing    `cbor:"5,keyasint,omitzero"`
}
