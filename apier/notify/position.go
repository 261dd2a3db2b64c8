package notify

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// position is the file that keeps up to which journal entry all is delivered:
// the number and a newline.
type position string

// read returns the number, false when there is no file.
func (p position) read() (uint64, bool, error) {
	text, err := os.ReadFile(string(p))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("notify: %w", err)
	}
	seq, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0, false, fmt.Errorf("notify: %s does not hold the number of an entry: delete it to send "+
			"what comes from now on", string(p))
	}
	return seq, true, nil
}

// write replaces the file in one step, so that a crash leaves the old number or
// the new one.
func (p position) write(seq uint64) (err error) {
	dir := filepath.Dir(string(p))
	f, err := os.CreateTemp(dir, ".notify-*")
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("notify: keep the position: %w", err), removeIfThere(f.Name()))
		}
	}()
	_, err = fmt.Fprintf(f, "%d\n", seq)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), string(p)); err != nil {
		return err
	}
	return syncDir(dir)
}

// remove deletes the file.
func (p position) remove() error { return removeIfThere(string(p)) }

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("notify: %w", err)
	}
	return nil
}

// syncDir makes a rename in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
