package rpcjson

import (
	"bytes"
	"fmt"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// AddBalanceArgs is what both forms of AddBalance carry; net/rpc wants it exported.
type AddBalanceArgs struct {
	Tenant          string
	Account         string
	BalanceType     string
	BalanceUuid     *string
	BalanceId       *string
	Directions      *string
	Value           float64
	ExpiryTime      *string
	RatingSubject   *string
	Categories      *string
	DestinationIds  *string
	TimingIds       *string
	Weight          *float64
	SharedGroups    *string
	Blocker         *bool
	Disabled        *bool
	Balance         *BalanceArgs
	Overwrite       bool
	Cdrlog          bool
	ActionExtraData map[string]any
}

type BalanceArgs struct {
	ID    string
	Value *float64
}

// The two forms of AddBalance that clients send: as CGRateS has it today, and as its document of 2019 prints it.
const (
	nestedAdd = `{"method":"APIerSv1.AddBalance","params":[{"Tenant":"cgrates.org","Account":"b0001234",` +
		`"BalanceType":"*monetary","Value":1,"Balance":{"ID":"bench"}}],"id":%d}`
	flatAdd = `{"method":"APIerSv1.AddBalance","params":[{"Tenant":"cgrates.org","Account":"1003","BalanceUuid":null,` +
		`"BalanceId":"123456","BalanceType":"*monetary","Directions":null,"Value":10,"ExpiryTime":null,` +
		`"RatingSubject":null,"Categories":null,"DestinationIds":null,"TimingIds":null,"Weight":null,` +
		`"SharedGroups":null,"Overwrite":false,"Blocker":null,"Disabled":null}],"id":%d}`
)

func addBalance() Method {
	return Handle("APIerSv1.AddBalance", testRole, func(c *Call, _ *AddBalanceArgs) { c.Reply("OK") })
}

// deferredAdd answers as an engine with group commit does: all that is queued, from one goroutine.
func deferredAdd(t testing.TB) Method {
	queue := make(chan *Call, 1024)
	go func() {
		for {
			select {
			case c := <-queue:
				c.Reply("OK")
			case <-t.Context().Done():
				return
			}
		}
	}()
	return Handle("APIerSv1.AddBalance", testRole, func(c *Call, _ *AddBalanceArgs) { queue <- c })
}

// yardstick is the same method as net/rpc serves it.
type yardstick struct{}

func (yardstick) AddBalance(_ *AddBalanceArgs, reply *string) error {
	*reply = "OK"
	return nil
}

var requestForms = []struct{ name, text string }{{"nested", nestedAdd}, {"flat", flatAdd}}

func BenchmarkDecode(b *testing.B) {
	for _, form := range requestForms {
		b.Run(form.name, func(b *testing.B) {
			dec := newDecoder(newTestServer(b, Options{}, addBalance()), testRole, false)
			frame := fmt.Appendf(nil, form.text, 4)
			b.ReportAllocs()
			b.SetBytes(int64(len(frame)))
			for b.Loop() {
				r, bad := dec.decode(frame, cgrates)
				if bad != nil || r.fail != nil {
					b.Fatal(bad, r.fail)
				}
			}
		})
	}
}

func BenchmarkScan(b *testing.B) {
	frame := fmt.Appendf(nil, flatAdd, 4)
	s := scanner{depthMax: 32}
	b.SetBytes(int64(len(frame)))
	for b.Loop() {
		s.begin(frame[0])
		if _, done := s.scan(frame); !done {
			b.Fatal("no end")
		}
	}
}

// BenchmarkRoundTrip keeps 64 requests in flight on each of some connections, over loopback TCP.
func BenchmarkRoundTrip(b *testing.B) {
	servers := []struct {
		name  string
		start func(testing.TB) string
	}{
		{"rpcjson", func(t testing.TB) string { return startTCP(t, Options{}, addBalance()).addr }},
		{"deferred", func(t testing.TB) string { return startTCP(t, Options{}, deferredAdd(t)).addr }},
		{"netrpc", startYardstick},
	}
	for _, form := range requestForms {
		for _, conns := range []int{1, 8} {
			for _, server := range servers {
				b.Run(fmt.Sprintf("%s/conns=%d/%s", form.name, conns, server.name), func(b *testing.B) {
					roundTrips(b, server.start(b), form.text, conns)
				})
			}
		}
	}
}

func roundTrips(b *testing.B, addr, request string, conns int) {
	const inFlight = 64
	text := []byte(strings.Repeat(fmt.Sprintf(request, 4), inFlight))
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for range conns {
		nc, err := net.Dial("tcp", addr)
		require.NoError(b, err)
		defer nc.Close()
		wg.Go(func() {
			buf := make([]byte, 64<<10)
			for range (b.N + conns*inFlight - 1) / (conns * inFlight) {
				if _, err := nc.Write(text); err != nil {
					b.Error(err)
					return
				}
				for answers := 0; answers < inFlight; {
					n, err := nc.Read(buf)
					if err != nil {
						b.Error(err)
						return
					}
					answers += bytes.Count(buf[:n], []byte("\n"))
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

func startYardstick(t testing.TB) string {
	srv := rpc.NewServer()
	require.NoError(t, srv.RegisterName("APIerSv1", yardstick{}))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			go srv.ServeCodec(jsonrpc.NewServerCodec(nc))
		}
	}()
	return ln.Addr().String()
}
