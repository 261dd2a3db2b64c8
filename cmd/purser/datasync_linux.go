package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// dataSync writes a file's data, and what is needed to find it, to the disk:
// the call bbolt commits with.
func dataSync(file *os.File) error { return unix.Fdatasync(int(file.Fd())) }
