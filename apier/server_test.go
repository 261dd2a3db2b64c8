package apier

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/apier/apitest"
	"purser/engine"
	"purser/engine/enginetest"
	"purser/engine/ledger"
	"purser/rpcjson"
)

// fixture is a server on a real engine with a journal and a state in memory, and a clock that the test moves.
type fixture struct {
	*testing.T
	apitest.Server
	clock  *enginetest.Clock
	engine *engine.Engine
	rpc    *rpcjson.Server
	log    *logBook
}

// logBook keeps what is logged.
type logBook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start returns a running fixture; change, where not nil, may change the options.
func start(t *testing.T, change func(*Options)) *fixture {
	f := &fixture{T: t, clock: enginetest.NewClock(time.Now())}
	state := enginetest.NewState()
	return f.start(enginetest.NewJournal(), state, func(o *Options) {
		o.Ledger = f.openLedger(state)
		if change != nil {
			change(o)
		}
	})
}

// start starts the engine and the server of a fixture that has a clock; change may change the options.
func (f *fixture) start(j engine.Journal, folds engine.Folds, change func(*Options)) *fixture {
	f.log = &logBook{}
	var err error
	f.engine, err = engine.Start(f.Context(), j, folds, engine.Options{Now: f.clock.Now})
	require.NoError(f, err)
	f.Cleanup(func() { require.NoError(f, f.engine.Stop()) })
	options := Options{Engine: f.engine, Version: "v-test", NodeID: "node-test"}
	options.Log = slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	change(&options)
	f.rpc = rpcjson.New(rpcjson.Options{})
	require.NoError(f, f.rpc.Register(Methods(options)...))
	all := rpcjson.Access{Roles: AllRoles}
	f.TCP = f.serve(func(ctx context.Context, ln net.Listener) error { return f.rpc.ServeTCP(ctx, ln, all) })
	f.Bijson = f.serve(func(ctx context.Context, ln net.Listener) error { return f.rpc.ServeBidi(ctx, ln, all) })
	web := httptest.NewServer(f.rpc.HTTP(all))
	f.Cleanup(web.Close)
	f.Cleanup(http.DefaultClient.CloseIdleConnections)
	f.HTTP = strings.TrimPrefix(web.URL, "http://")
	f.Server.Now, f.Server.Sleep = f.clock.Now, f.clock.Add
	return f
}

// openLedger opens ledgers of a state in memory.
func (f *fixture) openLedger(state *enginetest.State) OpenLedger {
	return func(owner engine.AccountID) (*ledger.View, func() error, error) {
		v := state.Ledgers().View(owner)
		v.Entries = func(seqs []uint64) (list []*engine.Entry, err error) {
			for _, seq := range seqs {
				err := f.engine.Journal(context.Background(), seq, func(e *engine.Entry) error {
					list = append(list, e)
					return errEnough
				})
				if err != nil && !errors.Is(err, errEnough) {
					return nil, err
				}
			}
			return list, nil
		}
		return v, func() error { return nil }, nil
	}
}

// serve runs a listener until the test ends, and returns its address.
func (f *fixture) serve(run func(context.Context, net.Listener) error) string {
	ln, err := (&net.ListenConfig{}).Listen(f.Context(), "tcp", "127.0.0.1:0")
	require.NoError(f, err)
	ctx, stop := context.WithCancel(context.WithoutCancel(f.Context()))
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, ln) }()
	f.Cleanup(func() {
		stop()
		require.NoError(f, <-ended)
	})
	return ln.Addr().String()
}

// play replays exchanges over TCP, each a request and what must come back, in the words of package apitest.
func (f *fixture) play(exchanges ...[2]string) {
	f.Helper()
	f.playOver(apitest.TCP, exchanges...)
}

func (f *fixture) playOver(face apitest.Face, exchanges ...[2]string) {
	f.Helper()
	lines := make([]string, 0, len(exchanges))
	for _, x := range exchanges {
		method, params, _ := strings.Cut(x[0], " ")
		text := `{"send": {"method": "` + method + `", "params": [` + params + `]}, "recv": ` + x[1] + `}`
		lines = append(lines, strings.ReplaceAll(text, "\n", " "))
	}
	tr, err := apitest.Parse(f.Name(), strings.Join(lines, "\n"))
	require.NoError(f, err)
	apitest.Replay(f.T, f.Server, face, tr)
}

// isOK is the answer that most changes have.
const isOK = `{"result": "OK"}`

// fails is the answer that is an error.
func fails(text string) string { return `{"error": "` + text + `"}` }

// gives is the answer that is a result, as JSON.
func gives(result string) string { return `{"result": ` + result + `}` }
