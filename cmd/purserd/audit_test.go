package main

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBothFacesShowTheSameServices(t *testing.T) {
	cfg := restConfig(t, keyA)
	cfg.Audit.UsageSources = []string{"fax"}
	d := startInside(t, cfg)
	c, master := loginREST(t, d.addrs["rest"], keyA)
	c.want(http.StatusCreated, "PUT", "/v2/accounts/"+master+"/service_plans",
		`{"id":"simple","plan":{"devices":{"sip_device":{"rate":1.5}}}}`)
	customer := c.want(http.StatusCreated, "PUT", "/v2/accounts/"+master, `{"name":"Customer"}`).text("id")
	path := "/v2/accounts/" + customer
	c.want(http.StatusOK, "POST", path+"/services/simple", "")
	c.want(http.StatusOK, "POST", path+"/services/overrides", `{"plan":{"devices":{"sip_device":{"minimum":3}}}}`)
	c.want(http.StatusOK, "POST", path+"/services/manual", `{"devices":{"sip_device":2}}`)
	c.want(http.StatusCreated, "PUT", path+"/ledgers/debit",
		`{"amount":1,"source":{"service":"fax","id":"1"},"usage":{"type":"fax","quantity":7,"unit":"page"}}`)

	w := dialWire(t, d.addrs["json"])
	read := func(method string) (doc map[string]any) {
		require.NoError(t, json.Unmarshal([]byte(w.ok(method, `{"Account":"`+customer+`"}`)), &doc))
		return doc
	}
	summary := read("ServiceSv1.GetSummary")
	shown := c.want(http.StatusOK, "GET", path+"/services/summary", "").Data
	require.Len(t, shown["invoices"], 1)
	for _, name := range []string{"plans", "overrides", "quantities", "invoices"} {
		require.Equal(t, shown[name], summary[name], name)
	}

	days := map[string]any{} // as REST shows them
	for _, row := range read("ServiceSv1.GetAuditSummary")["rows"].([]any) {
		r := row.(map[string]any)
		if r["sum_quantity"] == true {
			delete(r, "addition")
			delete(r, "removal")
		}
		item, day := r["item"].(string), r["day"].(string)
		for _, name := range []string{"item", "day", "last"} {
			delete(r, name)
		}
		days[item] = []any{map[string]any{day: r}}
	}
	byItem := c.want(http.StatusOK, "GET", path+"/services/audit_summary", "").Data
	for _, list := range byItem {
		for _, row := range list.([]any)[0].(map[string]any) {
			delete(row.(map[string]any), "last_timestamp")
		}
	}
	require.Equal(t, byItem, days)
	require.Len(t, days, 3, "the account, its device and the source that is metered here")
	require.NoError(t, d.end(t))
}
