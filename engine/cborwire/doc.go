// Package cborwire writes and reads the few items of CBOR (RFC 8949) that the
// journal is made of: integers, texts, byte strings, booleans, lists, and maps
// whose keys are small integers.
//
// There is one way to write each of them, that of core deterministic encoding
// (RFC 8949, section 4.2.1): heads as short as they can be, lengths known
// beforehand, keys of a map in rising order. [Writer] writes only that and
// [Reader] takes nothing else, so bytes that were read are the bytes that
// writing the same items gives, and a seal over them has no second meaning.
//
// It is no CBOR library: no floats, tags, null, reflection or streams. What is
// not on the way of every entry is left to github.com/fxamacker/cbor, which
// writes the same bytes; it is own code because reflection took 12 % of the
// daemon's processor time and most of a restart's.
//
// Neither type calls itself, so how deep items lie in each other is decided by
// the caller's code and not by the input.
package cborwire
