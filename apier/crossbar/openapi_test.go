package crossbar

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

func TestTheOpenAPIDocumentIsOneAndHasEveryRoute(t *testing.T) {
	r := newRig(t)
	a := r.send(t, "GET /v2/openapi.json", "")
	require.Equal(t, 200, a.status, "no token is needed")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(a.body))
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))
	require.Equal(t, "3.1.0", doc.OpenAPI)
	operations := 0
	for _, route := range routes() {
		item := doc.Paths.Value(base + route.path)
		require.NotNil(t, item, route.path)
		operation := item.GetOperation(route.verb)
		require.NotNil(t, operation, route.verb+" "+route.path)
		require.Equal(t, route.summary, operation.Summary)
		require.Equal(t, route.reach == reachNone, len(*operation.Security) == 0)
		require.Equal(t, route.csv || route.lines, operation.Parameters.GetByInAndName("query", "accept") != nil)
		operations++
	}
	for _, item := range doc.Paths.Map() {
		operations -= len(item.Operations())
	}
	require.Zero(t, operations, "and nothing else")
}

func TestARouteWithoutItsSchemaIsFound(t *testing.T) {
	_, err := openAPI([]route{{verb: "GET", path: "/x", reply: "Nothing"}}, "1")
	require.ErrorContains(t, err, "Nothing")
}
