package rpcjson

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Roles is a set of permissions, one bit each; their meaning belongs to the user of this package.
type Roles uint32

// Method is one RPC method.
type Method struct {
	// Name is what clients call, such as "APIerSv1.AddBalance": service, dot, method. Case matters.
	Name string
	// Role holds the permissions that a listener must have to serve this method, all of them. It must not be 0.
	Role Roles
	// New makes the argument that params[0] is decoded into: a pointer. Member names match in any case.
	New func() any
	// Serve does the work and must see to it that Call.Reply or Call.Fail is called once. The connection's next
	// request is decoded when Serve returns, so Serve should only check, queue and return where the work takes time.
	Serve func(c *Call, args any)
}

// Handle makes a Method whose params[0] is decoded into an A.
func Handle[A any](name string, role Roles, serve func(c *Call, args *A)) Method {
	return Method{
		Name:  name,
		Role:  role,
		New:   func() any { return new(A) },
		Serve: func(c *Call, args any) { serve(c, args.(*A)) },
	}
}

// MethodInfo describes a registered method.
type MethodInfo struct {
	Name string
	Role Roles
}

// registry holds the methods by name. It does not change once the server serves.
type registry struct {
	methods  map[string]*Method
	services map[string]bool
}

// Register adds methods. It must not be called once the server serves. A method that is incomplete, has no role, no
// dot in its name or the name of another is an error; the methods before it stay registered.
func (s *Server) Register(ms ...Method) error {
	for _, m := range ms {
		if err := s.registry.add(m); err != nil {
			return fmt.Errorf("rpcjson: register %q: %w", m.Name, err)
		}
	}
	return nil
}

func (r *registry) add(m Method) error {
	service, method, found := cutMethod(m.Name)
	switch {
	case !found || service == "" || method == "":
		return errors.New("the name is not of the form Service.Method")
	case m.Role == 0:
		return errors.New("no role: the method would be open to all or to none")
	case m.New == nil || m.Serve == nil:
		return errors.New("New or Serve is missing")
	case r.methods[m.Name] != nil:
		return errors.New("registered twice")
	}
	r.methods[m.Name] = &m
	r.services[service] = true
	return nil
}

// Methods lists what is registered, sorted by name.
func (s *Server) Methods() []MethodInfo {
	list := make([]MethodInfo, 0, len(s.registry.methods))
	for _, m := range s.registry.methods {
		list = append(list, MethodInfo{Name: m.Name, Role: m.Role})
	}
	slices.SortFunc(list, func(a, b MethodInfo) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// find returns the method of that name, or the fault to answer. The texts are those of net/rpc, which CGRateS serves
// with. A name that was sent by a client is cut to nameMax characters.
func (r *registry) find(name []byte, nameMax int) (*Method, *fault) {
	if m := r.methods[string(name)]; m != nil {
		return m, nil
	}
	shown := printable(string(name), nameMax)
	service, _, found := cutMethod(string(name))
	switch {
	case len(name) == 0:
		return nil, &fault{codeInvalidRequest, textIllFormed}
	case !found:
		return nil, &fault{codeMethodNotFound, textIllFormed + shown}
	case r.services[service]:
		return nil, &fault{codeMethodNotFound, "rpc: can't find method " + shown}
	default:
		return nil, &fault{codeMethodNotFound, "rpc: can't find service " + shown}
	}
}

// cutMethod splits at the last dot, as net/rpc does.
func cutMethod(name string) (service, method string, found bool) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return "", "", false
	}
	return name[:dot], name[dot+1:], true
}
