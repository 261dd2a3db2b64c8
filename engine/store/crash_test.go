package store

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"purser/engine"
)

// crashDir tells this binary that it is the child of the kill test, and where
// to work.
const crashDir = "PURSER_STORE_TEST_CRASH_DIR"

// resume returns the history that the journal in dir has, to go on with it.
func resume(t *testing.T, dir string) *history {
	h := newHistory(uint64(os.Getpid()))
	j, err := OpenJournal(dir) // made when there is none
	require.NoError(t, err)
	require.NoError(t, j.Close())
	require.NoError(t, ReadJournal(t.Context(), dir, 1, func(e *engine.Entry) error {
		h.seq, h.at = e.Seq, e.At.Time
		for range 2 { // an entry makes at most two balances
			h.ids.New()
		}
		return h.state.Apply(e)
	}))
	return h
}

// TestCrashChild commits and prints what is acknowledged until it is killed.
func TestCrashChild(t *testing.T) {
	dir := os.Getenv(crashDir)
	if dir == "" {
		t.Skip("only as the child of TestKilledProcessLosesNothingAcknowledged")
	}
	past := resume(t, dir)
	h := openHouse(t, dir, tiny)
	h.store.piece = 64 // so that a checkpoint is several transactions
	for i := 0; ; i++ {
		h.put(t, past, 1+i%7)
		fmt.Printf("acknowledged %d\n", h.end.Seq)
	}
}

func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for round := range 10 {
		child := exec.Command(os.Args[0], "-test.run=^TestCrashChild$")
		child.Env = append(os.Environ(), crashDir+"="+dir)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewScanner(out)
		acknowledged, count := uint64(0), 0
		for lines.Scan() {
			var n uint64
			if _, err := fmt.Sscanf(lines.Text(), "acknowledged %d", &n); err != nil {
				continue
			}
			acknowledged = n
			if count++; count == 1+round*13 { // what is in the pipe then still counts
				require.NoError(t, child.Process.Kill())
			}
		}
		require.Error(t, child.Wait(), "it was killed")
		require.NotZero(t, acknowledged)

		requireVerified(t, dir)
		past := resume(t, dir)
		require.GreaterOrEqual(t, past.seq, acknowledged)
		h := openHouse(t, dir, tiny)
		requireSame(t, past.state, h.store)
		h.crash(t)
	}
}

// replaceFile puts a device in the place of an open file, below bbolt.
func replaceFile(t *testing.T, path, device string) {
	fds, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	with, err := os.OpenFile(device, os.O_RDWR, 0)
	require.NoError(t, err)
	replaced := 0
	for _, fd := range fds {
		if target, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && target == path {
			n, err := strconv.Atoi(fd.Name())
			require.NoError(t, err)
			require.NoError(t, unix.Dup3(int(with.Fd()), n, unix.O_CLOEXEC))
			replaced++
		}
	}
	require.NoError(t, with.Close())
	require.Equal(t, 1, replaced)
}

// Writes to /dev/zero succeed and its sync fails; /dev/full takes nothing.
var badDisks = []string{"/dev/zero", "/dev/full"}

func TestFailedCommitIsTheLast(t *testing.T) {
	for _, device := range badDisks {
		t.Run(device, func(t *testing.T) {
			dir := t.TempDir()
			h := openHouse(t, dir, Options{})
			past := newHistory(1)
			h.put(t, past, 3)
			before := h.end
			replaceFile(t, filepath.Join(dir, "journal.db"), device)
			_, g := past.group(t, h.end, h.epoch, 2)
			err := h.journal.Commit(t.Context(), g)
			require.Error(t, err)
			require.NotErrorIs(t, err, engine.ErrFenced)
			require.NotErrorIs(t, err, engine.ErrMoved)
			require.ErrorIs(t, h.journal.Commit(t.Context(), g), errFailed)
			_, _, err = h.journal.Own(t.Context())
			require.ErrorIs(t, err, errFailed)
			require.ErrorIs(t, h.journal.Read(t.Context(), 1, func(engine.Group) error { return nil }), errFailed)
			require.NoError(t, h.store.Close())
			_ = h.journal.Close() // the device may refuse to be unlocked

			requireVerified(t, dir)
			h = openHouse(t, dir, Options{})
			require.Equal(t, before, h.end)
			h.close(t)
		})
	}
}

func TestFailedCheckpointIsReportedOnceAndTheJournalGoesOn(t *testing.T) {
	for _, device := range badDisks {
		t.Run(device, func(t *testing.T) {
			dir := t.TempDir()
			failures := make(chan error, 10)
			o := tiny
			o.CheckpointAccounts = 15
			o.Failed = func(err error) { failures <- err }
			h := openHouse(t, dir, o)
			past := newHistory(5)
			h.put(t, past, 3)
			replaceFile(t, filepath.Join(dir, "checkpoint.db"), device)
			h.put(t, past, 16)
			h.put(t, past, 1) // starts the checkpoint
			require.ErrorContains(t, <-failures, "checkpoint.db")
			h.put(t, past, 1)
			requireSame(t, past.state, h.store)

			// What memory may hold is bounded.
			var err error
			for i := 0; err == nil; i++ {
				require.Less(t, i, 1000)
				if err = h.store.Apply(past.next(t)); err == nil {
					require.NoError(t, h.store.Release())
				}
			}
			require.ErrorContains(t, err, "checkpoint failed")
			require.Empty(t, failures)
			_ = h.store.Close() // the device may refuse to be unlocked
			require.NoError(t, h.journal.Close())

			requireVerified(t, dir)
			h = openHouse(t, dir, tiny)
			require.Equal(t, uint64(21), h.end.Seq)
			h.close(t)
		})
	}
}

func TestASecondProcessIsKeptOut(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir, Options{})
	_, err := OpenJournal(dir)
	require.ErrorIs(t, err, ErrLocked)
	require.ErrorContains(t, err, dir)
	require.ErrorIs(t, Verify(t.Context(), dir, func(c Check) { require.Fail(t, "no promise is looked at", c.Name) }), ErrLocked)
	require.ErrorIs(t, ReadJournal(t.Context(), dir, 1, nil), ErrLocked)
	h.close(t)
	openHouse(t, dir, Options{}).close(t)
}

func TestFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "data")
	openHouse(t, dir, Options{}).close(t)
	for path, mode := range map[string]os.FileMode{dir: os.ModeDir | 0o700,
		filepath.Join(dir, "journal.db"): 0o600, filepath.Join(dir, "checkpoint.db"): 0o600} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode(), path)
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 2, "nothing temporary is left")
}
