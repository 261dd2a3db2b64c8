package apier

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"time"
)

// process is what the system tells of us.
type process struct {
	id       int
	resident uint64 // bytes of memory in use
	files    int    // open files, sockets among them
	cpu      time.Duration
}

// clockTick is the unit of times in /proc: Linux shows 100 to the second to programs on every machine.
const clockTick = time.Second / 100

// thisProcess reads Linux's /proc. On another system only the id is known.
func thisProcess() process {
	p := process{id: os.Getpid()}
	if statm, err := os.ReadFile("/proc/self/statm"); err == nil {
		if fields := strings.Fields(string(statm)); len(fields) > 1 {
			p.resident = number(fields[1]) * uint64(os.Getpagesize())
		}
	}
	if files, err := os.ReadDir("/proc/self/fd"); err == nil {
		p.files = len(files)
	}
	if stat, err := os.ReadFile("/proc/self/stat"); err == nil {
		// The program's name stands in parentheses and may hold anything, also a parenthesis; utime and stime are the
		// 12th and 13th field behind it. Source: proc(5).
		behind := stat[bytes.LastIndexByte(stat, ')')+1:]
		if fields := strings.Fields(string(behind)); len(fields) > 12 {
			p.cpu = time.Duration(number(fields[11])+number(fields[12])) * clockTick
		}
	}
	return p
}

// number reads a figure of /proc, 0 if it is none.
func number(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
