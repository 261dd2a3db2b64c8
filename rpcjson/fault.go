package rpcjson

import (
	"errors"
	"reflect"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Codes of JSON-RPC 2.0, section 5.1. From -32000 down to -32099 they are the server's own.
const (
	codeParse          = -32700
	codeInvalidRequest = -32600
	codeMethodNotFound = -32601
	codeInvalidParams  = -32602
	codeInternal       = -32603
	codeNotAuthorized  = -32001
	codeServer         = -32000
)

// Texts of net/rpc and net/rpc/jsonrpc, which clients of CGRateS know.
const (
	textIllFormed     = "rpc: service/method request ill-formed: "
	textMissingParams = "jsonrpc: request body missing params"
	textServerError   = "SERVER_ERROR"
)

// errBatchLong is the answer in place of a long one in a batch whose answers are long enough.
var errBatchLong = &fault{codeServer, "the answers of the batch are too long: send the requests one by one"}

// fault is an error that this package itself answers.
type fault struct {
	code int
	text string
}

// Error returns the text that the client gets.
func (f *fault) Error() string { return f.text }

// RPCCode returns the code that a JSON-RPC 2.0 client gets.
func (f *fault) RPCCode() int { return f.code }

// rpcCode returns the JSON-RPC 2.0 code of err.
func rpcCode(err error) int {
	var coded interface{ RPCCode() int }
	if errors.As(err, &coded) {
		return coded.RPCCode()
	}
	return codeServer
}

// errorTextMax bounds what an error answer repeats of a request, in characters.
const errorTextMax = 256

// notJSON is the answer to bytes that cannot be parsed.
func notJSON(reason string) *fault {
	return &fault{codeParse, "jsonrpc: not JSON: " + printable(strings.TrimPrefix(reason, "json: "), errorTextMax)}
}

// wrongKind says that a value has a JSON type that cannot be taken, in the words of encoding/json.
func wrongKind(code int, k jsontext.Kind, goType string) *fault {
	return &fault{code, "json: cannot unmarshal " + kindName(k) + " into Go value of type " + goType}
}

func kindName(k jsontext.Kind) string {
	switch k {
	case jsontext.KindTrue, jsontext.KindFalse:
		return "bool"
	case jsontext.KindString:
		return "string"
	case jsontext.KindNumber:
		return "number"
	case jsontext.KindBeginObject:
		return "object"
	case jsontext.KindBeginArray:
		return "array"
	case jsontext.KindNull:
		return "null"
	default:
		return "value"
	}
}

// describe turns an error of the JSON package about valid JSON into a fault: which member, and why. The package's own
// text is not used: it varies from build to build, and quotes the request at length.
func describe(code int, err error) *fault {
	var own *fault
	if errors.As(err, &own) {
		return own
	}
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		text := "json: cannot unmarshal " + kindName(semantic.JSONKind) + " into Go "
		if field := member(semantic.JSONPointer); field != "" {
			text += "struct field " + field
		} else {
			text += "value"
		}
		if t := semantic.GoType; t != nil {
			text += " of type " + baseType(t)
		}
		if semantic.Err != nil {
			text += ": " + strings.TrimPrefix(semantic.Err.Error(), "jsontext: ")
		}
		return &fault{code, printable(text, errorTextMax)}
	}
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) && syntactic.Err != nil {
		text := "json: " + syntactic.Err.Error()
		if field := member(syntactic.JSONPointer); field != "" {
			text += " at " + field
		}
		return &fault{code, printable(text, errorTextMax)}
	}
	return &fault{code, printable("json: "+err.Error(), errorTextMax)}
}

// member writes the path to a member of params[0] with dots: "Balance.Value" for "/params/0/Balance/Value".
func member(p jsontext.Pointer) string {
	var path []string
	for token := range p.Tokens() {
		path = append(path, token)
	}
	if len(path) > 1 && strings.EqualFold(path[0], "params") {
		path = path[1:]
	}
	if len(path) > 0 && path[0] == "0" {
		path = path[1:]
	}
	return strings.Join(path, ".")
}

func baseType(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.String()
}

// printable cuts s to at most limit characters and replaces those that do not print, so that what a client sent can
// be shown in an answer and a log.
func printable(s string, limit int) string {
	var b strings.Builder
	for _, r := range s {
		if limit--; limit < 0 {
			break
		}
		if !unicode.IsPrint(r) {
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}
