package cborwire

// Major types, the high three bits of an item's first byte. Source: RFC 8949,
// section 3.1.
const (
	majorUint  byte = 0 << 5
	majorInt   byte = 1 << 5 // the negative ones: -1 - argument
	majorBytes byte = 2 << 5
	majorText  byte = 3 << 5
	majorList  byte = 4 << 5
	majorMap   byte = 5 << 5
	majorOther byte = 7 << 5

	majorMask byte = 7 << 5
)

// Items of major type 7.
const (
	itemFalse = majorOther | 20
	itemTrue  = majorOther | 21
	itemNull  = majorOther | 22
)

// The low five bits of the first byte: arguments up to argMax stand there
// themselves, larger ones in the 1, 2, 4 or 8 bytes that follow.
const (
	argMax  = 23
	follow1 = 24
	follow2 = 25
	follow4 = 26
	follow8 = 27
)

// KeyMax is the highest key of a map. Keys count from 1, so that a map's head
// is one byte.
const KeyMax = argMax
