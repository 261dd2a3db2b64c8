// Package services is the arithmetic of service plans: what an account has, how
// many of each item, and what that costs per billing cycle.
//
// The idea: everything is a value and a pure function of values. A plan, an
// override or a contract is a [Document], JSON kept whole with exact numbers, so
// that what nobody here understands comes back as it was sent. Lists of
// assignments and quantities are sorted slices, so equal states have equal
// bytes, in JSON and in CBOR, and no result depends on the order of a map.
//
//	plan, overrides -> merge (merge.go) -> combine by bookkeeper (combine.go)
//	quantities      -> own and effective (quantities.go) -> changes (change.go)
//	both            -> invoices (invoice.go, price.go) -> what is new in them (compare.go)
//
// What comes from a request is checked against one table of settings
// (settings.go) when it comes, and all that is wrong is reported at once as
// [Problems]. What is read from the disk was checked before, and is read with
// defaults for what is not there.
//
// The words and rules are those of Kazoo 5 (services of Crossbar), with the
// exceptions in docs/divergences.md. Strategy cumulative of a plan is taken as
// recursive.
//
// The package knows no account tree, journal, clock or HTTP. It does not say
// who may change what, whether a plan exists, or whether an id is unique; taxes,
// proration and ratedecks are kept for a bookkeeper, and not computed.
package services
