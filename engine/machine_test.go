package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/enginetest"
	"purser/engine/store"
)

// modelOps is how many requests the model test compares in memory, modelOpsDisk
// on the real store. The first may be set by PURSER_MODEL_OPS, for the planted
// bugs, which skip the second.
const (
	modelOps     = 110_000
	modelOpsDisk = 3_000
)

// TestModelInMemory compares engine and model, request by request, with
// crashes at commits, on the journal and the state of enginetest.
func TestModelInMemory(t *testing.T) {
	want := modelOps
	if text := os.Getenv("PURSER_MODEL_OPS"); text != "" {
		var err error
		want, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	compared := checkModel(t, want, func(*rapid.T) disk { return &memory{journal: enginetest.NewJournal()} })
	require.GreaterOrEqual(t, compared, want)
}

// TestModelOnDisk does the same on the real store, with checkpoints all the
// time that crashes throw away or take back.
func TestModelOnDisk(t *testing.T) {
	if os.Getenv("PURSER_MODEL_OPS") != "" {
		t.Skip("the planted bugs are of the engine")
	}
	checkModel(t, modelOpsDisk, func(rt *rapid.T) disk {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		require.NoError(rt, err)
		return &files{dir: dir}
	})
}

// checkModel runs machines until they have compared that many requests, and
// returns how many they have.
func checkModel(t *testing.T, want int, open func(*rapid.T) disk) int {
	total := 0
	for total < want && !t.Failed() {
		rapid.Check(t, func(rt *rapid.T) {
			if total >= want {
				return
			}
			m := newMachine(rt, open(rt))
			defer m.end()
			for range rapid.IntRange(1, 40).Draw(rt, "batches") {
				m.batch()
			}
			total += m.ops
		})
	}
	t.Logf("%d requests compared", total)
	return total
}

// disk is where a machine's journal and state live.
type disk interface {
	open() (engine.Journal, engine.Folds, error)
	close() error           // ends what open returned
	crash(t *rapid.T) error // behind close: what is open next has lost something
}

type memory struct{ journal *enginetest.Journal }

func (d *memory) open() (engine.Journal, engine.Folds, error) {
	return d.journal, enginetest.NewState(), nil
}

func (d *memory) close() error {
	d.journal = d.journal.Crash()
	return nil
}

func (d *memory) crash(*rapid.T) error { return nil }

// files are a store's. A checkpoint may be lost by a crash, whole or the
// newest one.
type files struct {
	dir     string
	journal *store.Journal
	state   *store.Store
	old     []byte // an earlier checkpoint
}

func (d *files) open() (engine.Journal, engine.Folds, error) {
	var err error
	if d.journal, err = store.OpenJournal(d.dir); err != nil {
		return nil, nil, err
	}
	d.state, err = store.Open(d.dir, d.journal, store.Options{
		CheckpointAccounts: 2, CheckpointEntries: 5, CacheBytes: 1, KeepKeys: modelKeepKeys})
	return d.journal, d.state, err
}

func (d *files) close() error { return errors.Join(d.state.Close(), d.journal.Close()) }

func (d *files) crash(t *rapid.T) error {
	name := filepath.Join(d.dir, "checkpoint.db")
	switch pick(t, "checkpoint", "kept", "saved", "lost", "old") {
	case "saved":
		var err error
		d.old, err = os.ReadFile(name)
		return err
	case "lost":
		return os.Remove(name)
	case "old":
		if d.old != nil {
			return os.WriteFile(name, d.old, 0o600)
		}
	}
	return nil
}

// fate of a commit.
type fault int

const (
	nothingWritten fault = iota + 1 // an error, and nothing is durable
	allWritten                      // an error, and all is durable
	fenced                          // another owner took the journal
	replyLost                       // all is well, but the callers never hear of it
)

var errDisk = errors.New("the disk failed")

// faulty is a journal whose n-th commit from now fails as it is told to.
type faulty struct {
	engine.Journal
	mu     sync.Mutex
	in     int
	fault  fault
	broken bool
}

func (j *faulty) Commit(ctx context.Context, g engine.Group) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.broken {
		return errDisk
	}
	j.in--
	if j.in != 0 {
		return j.Journal.Commit(ctx, g)
	}
	switch j.fault {
	case allWritten:
		if err := j.Journal.Commit(ctx, g); err != nil {
			return err
		}
	case fenced:
		if _, _, err := j.Own(ctx); err != nil {
			return err
		}
		return j.Journal.Commit(ctx, g)
	case replyLost:
		return j.Journal.Commit(ctx, g)
	}
	j.broken = true
	return errDisk
}

const (
	modelKeepKeys    = time.Hour
	modelBalancesMax = 5
)

// machine drives engine and model with the same requests.
type machine struct {
	t     *rapid.T
	swarm swarm
	model *model
	disk  disk
	clock *enginetest.Clock
	ids   *enginetest.UUIDs

	engine  *engine.Engine
	journal *faulty
	seq     uint64    // of the last entry read
	last    time.Time // its time
	uuids   []uuid.UUID
	keyed   []*request
	ops     int
	content int
}

func newMachine(t *rapid.T, d disk) *machine {
	m := &machine{t: t, swarm: drawSwarm(t), model: newModel(modelKeepKeys, modelBalancesMax), disk: d,
		clock: enginetest.NewClock(morning), ids: new(enginetest.UUIDs)}
	m.start()
	return m
}

func (m *machine) start() {
	j, f, err := m.disk.open()
	require.NoError(m.t, err)
	m.journal = &faulty{Journal: j}
	rules := engine.DefaultRules()
	rules.KeepKeys, rules.BalancesMax = modelKeepKeys, modelBalancesMax
	m.engine, err = engine.Start(context.Background(), m.journal, f, engine.Options{
		Rules: rules, Now: m.clock.Now, NewUUID: m.ids.New, GroupMax: 7})
	require.NoError(m.t, err)
}

func (m *machine) end() {
	if m.engine != nil {
		require.NoError(m.t, errors.Join(m.engine.Stop(), m.disk.close()))
	}
}

// draw returns a new request, or one that was sent before.
func (m *machine) draw() *request {
	if len(m.keyed) > 0 && rapid.IntRange(0, 5).Draw(m.t, "again") == 0 {
		old := pick(m.t, "which", m.keyed...)
		if rapid.IntRange(0, 3).Draw(m.t, "same") > 0 {
			return old
		}
		r := m.swarm.request(m.t, m.clock.Now(), len(m.uuids))
		if r.verb != "maxtime" {
			r.owner, r.key, r.content = old.owner, old.key, -1
		}
		return r
	}
	r := m.swarm.request(m.t, m.clock.Now(), len(m.uuids))
	m.content++
	r.content = m.content
	if m.swarm.keys && r.verb != "maxtime" && rapid.Bool().Draw(m.t, "with key") {
		r.key = fmt.Sprint("key", rapid.IntRange(0, 30).Draw(m.t, "key"))
		m.keyed = append(m.keyed, r)
	}
	return r
}

// batch sends some requests without waiting, compares all answers and
// everything that can be read. A commit of the batch may fail; then the engine
// is started anew and what has no known outcome is sent again.
func (m *machine) batch() {
	if m.swarm.jumps {
		m.clock.Add(pick(m.t, "clock", 0, time.Second, time.Minute, time.Hour, -time.Minute, 0))
	} else {
		m.clock.Add(time.Second)
	}
	most := 8
	if m.swarm.single {
		most = 1
	}
	var requests []*request
	for range rapid.IntRange(1, most).Draw(m.t, "requests") {
		requests = append(requests, m.draw())
	}
	crash := m.swarm.crashes && rapid.IntRange(0, 4).Draw(m.t, "crash") == 0
	if crash {
		m.journal.mu.Lock()
		m.journal.in = rapid.IntRange(1, 2).Draw(m.t, "commit")
		m.journal.fault = pick(m.t, "fault", nothingWritten, allWritten, fenced, replyLost)
		m.journal.mu.Unlock()
	}
	again := m.send(requests)
	if crash {
		m.restart()
	}
	m.compare()
	if len(again) > 0 {
		require.Empty(m.t, m.send(again), "the disk is sound again")
		m.compare()
	}
}

// reply is what a caller was told.
type reply struct {
	result engine.Result
	able   int64 // of maxtime
	err    error
}

// send sends requests and checks the replies. It returns those of unknown
// outcome that have a key.
func (m *machine) send(requests []*request) (again []*request) {
	m.ops += len(requests)
	replies := make([]reply, len(requests))
	var wait sync.WaitGroup
	// While the first read waits, the writer does not take what comes behind:
	// so the groups are the same each time, and a failure can be repeated.
	gate := make(chan struct{})
	wait.Add(1)
	hold := func(engine.State) error { <-gate; return nil }
	require.NoError(m.t, m.engine.View(context.Background(), hold, func(error) { wait.Done() }))
	for i, r := range requests {
		wait.Add(1)
		var err error
		if r.verb == "maxtime" {
			err = m.engine.View(context.Background(), func(s engine.State) (err error) {
				replies[i].able, err = m.engine.Rules().MaxSessionTime(s, engine.At(m.clock.Now()), r.charging())
				return err
			}, func(err error) { replies[i].err = err; wait.Done() })
		} else {
			err = m.engine.Submit(context.Background(), r.command(m.uuids), func(result engine.Result, err error) {
				replies[i].result, replies[i].err = result, err
				wait.Done()
			})
		}
		if err != nil {
			replies[i].err = err
			wait.Done()
		}
	}
	close(gate)
	wait.Wait()
	worst := 0 // of the replies so far: answered, unknown, did not happen
	for i, r := range requests {
		how := map[engine.Code]int{engine.CodeOutcomeUnknown: 1, engine.CodeUnavailable: 2}[engine.CodeOf(replies[i].err)]
		require.GreaterOrEqual(m.t, how, worst, "answered behind one that was not")
		worst = how
		if how == 2 || how == 1 && m.journal.fault == nothingWritten {
			again = append(again, r)
			continue
		}
		want := m.model.do(r, m.clock.Now())
		if how == 1 || m.journal.fault == replyLost {
			again = append(again, r)
			continue
		}
		m.learn()
		require.Equal(m.t, want, m.text(r, replies[i]), "%+v", r)
	}
	require.True(m.t, worst == 0 || m.journal.fault != 0, "refused without a reason")
	return slices.DeleteFunc(again, func(r *request) bool { return r.key == "" })
}

// restart ends the engine and starts another one on what is durable.
func (m *machine) restart() {
	err := m.engine.Stop()
	if m.journal.broken {
		require.ErrorIs(m.t, err, errDisk)
	}
	require.NoError(m.t, m.disk.close())
	require.NoError(m.t, m.disk.crash(m.t))
	m.start()
	m.learn()
	m.model.now = m.last // what did not make an entry is not remembered, nor is its time
}

// learn reads which UUIDs the purses have: the model counts them in the order
// of the journal.
func (m *machine) learn() {
	require.NoError(m.t, m.engine.Journal(context.Background(), m.seq+1, func(e *engine.Entry) error {
		require.Equal(m.t, m.seq+1, e.Seq)
		m.seq, m.last = e.Seq, e.At.Time
		for i := range e.Accounts {
			for _, p := range e.Accounts[i].Postings {
				if p.Made {
					require.NotContains(m.t, m.uuids, p.UUID)
					m.uuids = append(m.uuids, p.UUID)
				}
			}
		}
		return nil
	}))
}

// text writes an answer as the model does.
func (m *machine) text(r *request, got reply) string {
	switch c := got.result.Charge; {
	case got.err != nil:
		return "refused: " + string(engine.CodeOf(got.err))
	case r.verb == "maxtime":
		return fmt.Sprint(got.able)
	case c != nil:
		var out strings.Builder
		fmt.Fprintf(&out, "charged %d of %q", c.Usage, c.ToR)
		for _, s := range c.Spans {
			n := s.Increments[0]
			fmt.Fprintf(&out, "; %d of %d by #%d leaves %s", n.Count, n.Length, m.number(n.Unit.UUID),
				fraction(n.Unit.After).RatString())
		}
		for _, s := range c.Summary {
			fmt.Fprintf(&out, "; #%d %s to %s", m.number(s.UUID), fraction(s.Initial).RatString(), fraction(s.Value).RatString())
		}
		return out.String()
	case got.result.Refused != nil:
		return "ok, then refused: " + string(got.result.Refused.Code)
	}
	return "ok"
}

func (m *machine) number(id uuid.UUID) int { return slices.Index(m.uuids, id) + 1 }

// compare reads everything.
func (m *machine) compare() {
	m.learn()
	var got []string
	require.NoError(m.t, m.engine.Read(context.Background(), func(s engine.State) (err error) {
		got, err = m.readAll(s)
		return err
	}))
	var want []string
	for name, c := range m.model.accounts {
		text := fmt.Sprintf("%s negative %t disabled %t", name, c.negative, c.disabled)
		for _, p := range c.purses {
			text += "\n" + p.String()
		}
		want = append(want, text)
	}
	for name, prefixes := range m.model.destinations {
		want = append(want, fmt.Sprint(name, prefixes))
	}
	for name := range m.model.timings {
		want = append(want, name)
	}
	slices.Sort(want)
	slices.Sort(got)
	require.Equal(m.t, want, got)
}

// readAll returns all that the state says, as text. It runs in the writer.
func (m *machine) readAll(s engine.State) (all []string, err error) {
	for _, owner := range []string{"t", "t2", "t3"} {
		found := 0
		for after, full := "", true; full; {
			page, err := s.Accounts(owner, after, 2)
			if err != nil {
				return nil, err
			}
			for _, a := range page {
				text := m.accountText(a)
				if again, err := s.Account(a.ID); err != nil || m.accountText(again) != text {
					return nil, fmt.Errorf("read alone, %s is another: %w", a.ID, err)
				}
				all, after = append(all, text), a.ID.Account
			}
			found += len(page)
			full = len(page) == 2
		}
		if count, err := s.AccountsCount(owner); err != nil || count != found {
			return nil, fmt.Errorf("%s has %d accounts, not %d: %w", owner, found, count, err)
		}
	}
	for _, name := range []string{"D1", "D2", "D3"} {
		if prefixes, ok := s.Destination(name); ok {
			all = append(all, fmt.Sprint(name, prefixes))
		}
	}
	for _, name := range []string{"T1", "T2"} {
		if _, ok := s.Timing(name); ok {
			all = append(all, name)
		}
	}
	return all, nil
}

func (m *machine) accountText(a *engine.Account) string {
	text := fmt.Sprintf("%s negative %t disabled %t", a.ID, a.AllowNegative, a.Disabled)
	for i := range a.Balances {
		b := &a.Balances[i]
		with := b.With()
		weight, _ := wholeOf(with.Weight)
		p := purse{number: m.number(b.UUID), id: b.ID, tor: b.ToR, value: fraction(b.Value), looks: looks{
			expires: with.Expires.Time, weight: int(weight), destinations: setOf(with.DestinationIDs), categories: setOf(with.Categories),
			groups: setOf(with.SharedGroups), timings: setOf(with.TimingIDs), subject: with.RatingSubject,
			disabled: with.Disabled, blocker: with.Blocker}}
		p.factors = map[string]*big.Rat{}
		for _, f := range with.Factors {
			p.factors[f.Name] = fraction(f.Value)
		}
		text += "\n" + p.String()
	}
	return text
}

func setOf(list engine.Names) map[string]bool {
	set := map[string]bool{}
	for _, n := range list {
		set[n.ID] = !n.Excluded
	}
	return set
}
