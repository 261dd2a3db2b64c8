//go:build !linux

package main

import "os"

// dataSync writes a file to the disk. Only Linux has the cheaper fdatasync.
func dataSync(file *os.File) error { return file.Sync() }
