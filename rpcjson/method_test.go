package rpcjson

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIncompleteMethodsAreNotRegistered(t *testing.T) {
	good := Handle("APIerSv1.Good", testRole, setAccount)
	s := New(Options{})
	require.NoError(t, s.Register(good))
	for _, c := range []struct {
		why    string
		change func(*Method)
	}{
		{"registered twice", func(*Method) {}},
		{"no role", func(m *Method) { m.Name, m.Role = "APIerSv1.Other", 0 }},
		{"not of the form Service.Method", func(m *Method) { m.Name = "" }},
		{"not of the form Service.Method", func(m *Method) { m.Name = "Good" }},
		{"not of the form Service.Method", func(m *Method) { m.Name = ".Good" }},
		{"not of the form Service.Method", func(m *Method) { m.Name = "APIerSv1." }},
		{"New or Serve is missing", func(m *Method) { m.Name, m.New = "APIerSv1.Other", nil }},
		{"New or Serve is missing", func(m *Method) { m.Name, m.Serve = "APIerSv1.Other", nil }},
	} {
		m := good
		c.change(&m)
		require.ErrorContains(t, s.Register(m), c.why)
	}
	require.Equal(t, []MethodInfo{{"APIerSv1.Good", testRole}}, s.Methods())
}

func TestMethodsAreListedByName(t *testing.T) {
	s := New(Options{})
	require.NoError(t, s.Register(Handle("B.B", 2, setAccount), Handle("A.C", 1, setAccount), Handle("A.A", 3, setAccount)))
	require.Equal(t, []MethodInfo{{"A.A", 3}, {"A.C", 1}, {"B.B", 2}}, s.Methods())
}

func TestMethodNeedsAllItsRoles(t *testing.T) {
	s := New(Options{})
	require.NoError(t, s.Register(Handle("A.Both", 0b11, setAccount)))
	for roles, served := range map[Roles]bool{0: false, 0b01: false, 0b10: false, 0b11: true, 0b111: true} {
		r, bad := newDecoder(s, roles, false).decode([]byte(`{"method":"A.Both","params":[{}],"id":1}`), cgrates)
		require.Nil(t, bad)
		require.Equal(t, served, r.fail == nil, "roles %b", roles)
	}
}

func TestServiceNamesMayHaveDots(t *testing.T) {
	s := New(Options{})
	require.NoError(t, s.Register(Handle("a.b.C", 1, setAccount)))
	_, fail := s.registry.find([]byte("a.b.D"), 128)
	require.EqualError(t, fail, "rpc: can't find method a.b.D")
	_, fail = s.registry.find([]byte("a.C"), 128)
	require.EqualError(t, fail, "rpc: can't find service a.C")
}
