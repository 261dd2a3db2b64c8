package crossbar

import (
	_ "embed" // the schemas
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// schemas are the components that the table of routes and the envelopes refer to, in JSON Schema 2020-12.
//
//go:embed schemas.json
var schemas []byte

// param is what a query may say.
type param struct {
	name, summary string
	schema        jsontext.Value
}

var (
	schemaText    = jsontext.Value(`{"type":"string"}`)
	schemaFlag    = jsontext.Value(`{"type":"boolean"}`)
	schemaInteger = jsontext.Value(`{"type":"integer","minimum":1}`)
)

// listParams are those of lists with pages and filters.
func listParams() []param {
	return []param{
		{"page_size", "Items of a page.", schemaInteger},
		{"start_key", "The start_key or next_start_key of an earlier reply.", schemaText},
		{"paginate", "false: the whole list.", schemaFlag},
		{"ascending", "Whether the first item comes first. Default: false for what has a time, else true.", schemaFlag},
		{"filter_{KEY}", "Items with this value at the dotted path KEY only.", schemaText},
		{"filter_not_{KEY}", "Items without this value there only.", schemaText},
		{"has_key", "Items with this path only.", schemaText},
		{"key_missing", "Items without it only.", schemaText},
		{"has_value", "Items that say something there only.", schemaText},
		{"missing_value", "Items that say nothing there only.", schemaText},
	}
}

// treeParams are those of lists of accounts, which have one order.
func treeParams() []param {
	return slices.DeleteFunc(listParams(), func(p param) bool { return p.name == "ascending" })
}

// amountsParam says how a reply shows amounts.
var amountsParam = param{"amounts", "string: amounts as texts, for clients without exact numbers.", schemaText}

// acceptParam asks for another form than JSON.
var acceptParam = param{"accept", "csv: as with the header Accept: text/csv.", schemaText}

// journalParams are those of a journal.
func journalParams() []param {
	return []param{
		{"after_seq", "Entries behind this number; beyond the journal's end: behind that. Default 0.",
			jsontext.Value(`{"type":"integer","minimum":0}`)},
		{"page_size", "Entries of a page.", schemaInteger},
		{"wait", "Seconds to wait for an entry where there is none. Default 0.",
			jsontext.Value(`{"type":"integer","minimum":0,"maximum":60}`)},
		{"accept", "ndjson: as with the header Accept: application/x-ndjson, an entry a line and no envelope.", schemaText},
		amountsParam,
	}
}

// journalHeader describes a header with the number of an entry.
func journalHeader(summary string) object {
	return object{"description": summary, "schema": jsontext.Value(`{"type":"integer","minimum":0}`)}
}

// windowParams are those of lists and totals of a time.
func windowParams() []param {
	return []param{
		{"created_from", "First Gregorian second. Default: 31 days and an hour before created_to.", schemaInteger},
		{"created_to", "Last Gregorian second. Default: now.", schemaInteger},
		amountsParam,
	}
}

// object is a JSON object being written.
type object map[string]any

// openAPI writes the OpenAPI 3.1 document of a table of routes.
func openAPI(table []route, version string) ([]byte, error) {
	var components map[string]jsontext.Value
	if err := json.Unmarshal(schemas, &components); err != nil {
		return nil, fmt.Errorf("crossbar: schemas.json: %w", err)
	}
	paths := map[string]object{}
	for i := range table {
		r := &table[i]
		for _, name := range []string{r.body, r.reply} {
			if name != "" && components[name] == nil {
				return nil, fmt.Errorf("crossbar: %s %s: schemas.json has no %q", r.verb, r.path, name)
			}
		}
		at := base + r.path
		if paths[at] == nil {
			paths[at] = object{}
		}
		paths[at][strings.ToLower(r.verb)] = r.operation()
	}
	return json.Marshal(object{
		"openapi": "3.1.0",
		"info": object{"title": "purser", "version": version, "license": object{
			"name": "Apache-2.0", "identifier": "Apache-2.0"},
			"description": "Accounts, ledgers and services, in the dialect of Kazoo's Crossbar API. Times are seconds since " +
				"year 0; amounts are exact decimals, and a text with a number is taken where a number is."},
		"servers": []object{{"url": "/"}},
		"paths":   paths,
		"components": object{"schemas": components, "securitySchemes": object{
			"token":  object{"type": "apiKey", "in": "header", "name": "X-Auth-Token"},
			"bearer": object{"type": "http", "scheme": "bearer"},
			"basic": object{"type": "http", "scheme": "basic",
				"description": "The account's id, and the MD5 of user:password in hexadecimal digits."}}},
	}, sameJSON)
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// operation describes a route.
func (r *route) operation() object {
	o := object{"operationId": r.operationID(), "summary": r.summary, "parameters": r.parameters(),
		"responses": object{r.status(): r.success(), "default": object{"description": "An error.",
			"content": jsonContent(ref("ErrorEnvelope"))}}}
	o["security"] = []object{{"token": []string{}}, {"bearer": []string{}}, {"basic": []string{}}}
	if r.reach == reachNone {
		o["security"] = []object{}
	}
	if r.body != "" {
		o["requestBody"] = object{"content": jsonContent(object{"type": "object", "required": []string{"data"},
			"properties": object{"data": ref(r.body)}})}
	}
	return o
}

// operationID is the verb and the words of the path, with two low lines between them: some words have one.
func (r *route) operationID() string {
	id := strings.ToLower(r.verb)
	for segment := range strings.SplitSeq(strings.TrimPrefix(r.path, "/"), "/") {
		name, _ := variableName(segment)
		id += "__" + strings.ToLower(strings.ReplaceAll(name, ".", "_"))
	}
	return id
}

func (r *route) status() string {
	if r.verb == "PUT" {
		return "201"
	}
	return "200"
}

// parameters are the variables of the path, the query's, and headers.
func (r *route) parameters() []object {
	list := []object{}
	for segment := range strings.SplitSeq(r.path, "/") {
		if name, isVariable := variableName(segment); isVariable {
			list = append(list, object{"name": name, "in": "path", "required": true, "schema": schemaText})
		}
	}
	query := r.query
	if r.csv {
		query = append(slices.Clip(query), acceptParam)
	}
	for _, p := range query {
		list = append(list, object{"name": p.name, "in": "query", "description": p.summary, "schema": p.schema})
	}
	if r.once {
		list = append(list, object{"name": headerIdempotencyKey, "in": "header",
			"description": "Makes the request happen once, however often it is sent with the same body.",
			"schema":      object{"type": "string", "maxLength": keyBytesMax}})
	}
	if r.ifMatch {
		list = append(list, object{"name": headerIfMatch, "in": "header", "schema": schemaText,
			"description": "The ETag of what is to be changed: refused with 409 where it is not that any more."})
	}
	return list
}

// success describes the reply.
func (r *route) success() object {
	if r.reply == documentSchema {
		return object{"description": r.summary, "content": jsonContent(ref(r.reply))}
	}
	content := jsonContent(object{"allOf": []object{ref("Envelope"), {"properties": object{"data": ref(r.reply)}}}})
	if r.csv {
		content[typeCSV] = object{"schema": schemaText}
	}
	success := object{"description": r.summary, "content": content}
	if r.lines {
		content[typeLines] = object{} // an item of data a line: JSON Schema has no words for that
		success["headers"] = object{headerAfterSeq: journalHeader("What to send as after_seq to go on."),
			headerLastSeq: journalHeader("Number of the journal's last entry.")}
	}
	return success
}

// documentSchema is the schema of a reply that comes without an envelope.
const documentSchema = "Document"

func jsonContent(schema object) object { return object{typeJSON: object{"schema": schema}} }

// openAPIDocument answers with the document.
func (f *Face) openAPIDocument(*request) (*reply, error) { return &reply{document: f.openAPI}, nil }
