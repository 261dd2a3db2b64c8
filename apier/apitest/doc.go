// Package apitest replays transcripts of JSON-RPC against a running server. Only tests import it.
//
// A transcript is a file of JSON lines. The first is about the scenario; each other one is an exchange:
//
//	{"note": "...", "send": {"method": ..., "params": [...]}, "recv": {"result": ...} or {"error": "..."}}
//
// The id is added when it is sent. In recv these texts are patterns:
//
//	"$any"          anything
//	"$time"         a text that begins as an RFC 3339 time
//	"$uuid"         a UUID
//	"$bind:NAME"    the first use binds what stands there, later ones must equal it; two names never stand for the
//	                same UUID
//	"$now+SECONDS"  an RFC 3339 time within two minutes of now plus SECONDS
//	"$empty"        null, "", [], {}, or no such member
//
// An object must be contained in the actual one, unless it has "$exact": true. A list must match item by item, in any
// order where the line says "unordered": true. Whole numbers compare exactly, others within 1e-12 of each other;
// times with a zone compare as instants. In what is sent, "$bind:NAME" is replaced by what was bound.
//
// Three more kinds of line:
//
//	{"raw": "bytes" or ["piece", ...], "eof": true, "replies": [...], "closed": true}
//	{"http": {"verb": ..., "path": ..., "body": ..., "headers": {...}}, "status": 200, "type": "...", "replies": [...]}
//	{"sleep": SECONDS}
//
// A raw line has a connection of its own, and expects exactly these replies, in any order; closed, where given, says
// whether the server then ends the connection.
package apitest
