// Package amount is the exact decimal that money and units are counted in,
// from the text of a request to the bytes on the disk: no float anywhere.
//
// An [Amount] has at most [IntegerDigitsMax] digits before and
// [FractionDigitsMax] digits after the point. Text is checked against that
// bound before any arithmetic sees it, so a few bytes such as 1e100000000
// cannot ask for gigabytes of digits, and NaN, Infinity, 0x10 and 1_000 are
// no amounts.
//
// Arithmetic is that of github.com/ericlagergren/decimal with unlimited
// precision. Results may leave the bound for a moment; whoever stores one
// asks [Amount.Check] first.
package amount
