package services

// Record is the state of one account's services. It holds what was decided;
// invoices, standing and audit days follow from it.
type Record struct {
	Plans      Assignments `cbor:"1,keyasint,omitempty"`
	Overrides  Document    `cbor:"2,keyasint,omitzero"` // laid over every assigned plan
	Quantities Quantities  `cbor:"3,keyasint,omitzero"`
	Standing   Standing    `cbor:"4,keyasint,omitzero"`
}
