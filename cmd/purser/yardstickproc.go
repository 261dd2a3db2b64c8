package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// yardstickProcess is a yardstick in a process of its own, as the daemon is.
type yardstickProcess struct {
	address string
	cmd     *exec.Cmd
	stdin   io.Closer
}

// startYardstick starts this program again as a yardstick. Stop must be
// called; when ctx ends first, the process is killed.
func startYardstick(ctx context.Context, stderr io.Writer) (*yardstickProcess, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("yardstick: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, "yardstick")
	cmd.Stderr = stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("yardstick: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("yardstick: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("yardstick: %w", err)
	}
	y := &yardstickProcess{cmd: cmd, stdin: stdin}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("yardstick: no address: %w", err), y.stop())
	}
	y.address = strings.TrimSpace(line)
	return y, nil
}

// stop ends the process by closing its standard input and waits for it.
func (y *yardstickProcess) stop() error {
	return errors.Join(y.stdin.Close(), y.cmd.Wait())
}
