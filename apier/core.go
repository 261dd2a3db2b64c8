package apier

import (
	"fmt"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"purser/rpcjson"
)

// anything is an argument that is not looked at.
type anything struct{}

// UnmarshalJSONFrom skips the value.
func (*anything) UnmarshalJSONFrom(dec *jsontext.Decoder) error { return dec.SkipValue() }

// ping is answered for every service that CGRateS has, by whoever wants to know that something is there.
func (s *service) ping(c *rpcjson.Call, _ *anything) { c.Reply("Pong") }

// status is the answer of CoreSv1.Status; sizes are text as 10.5MiB. Figures that the system does not tell are 0.
// Source: cgrates-apier, section 9.12.
type status struct {
	ActiveMemory   string `json:"active_memory"`
	CPUTime        string `json:"cpu_time"`
	GoVersion      string `json:"go_version"`
	Goroutines     int    `json:"goroutines"`
	NodeID         string `json:"node_id"`
	OpenFiles      int    `json:"open_files"`
	OSThreads      int    `json:"os_threads_in_use"`
	PID            int    `json:"pid"`
	ResidentMemory string `json:"resident_memory"`
	RunningSince   string `json:"running_since"`
	SystemMemory   string `json:"system_memory"`
	Version        string `json:"version"`
}

func (s *service) status(c *rpcjson.Call, _ *anything) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p := thisProcess()
	c.Reply(&status{
		ActiveMemory: size(m.HeapAlloc), SystemMemory: size(m.Sys), ResidentMemory: size(p.resident),
		CPUTime: p.cpu.String(), GoVersion: runtime.Version(), Goroutines: runtime.NumGoroutine(),
		NodeID: s.NodeID, OpenFiles: p.files, OSThreads: pprof.Lookup("threadcreate").Count(), PID: p.id,
		RunningSince: s.started.UTC().Format(time.UnixDate), Version: s.Version,
	})
}

// size writes a number of bytes in the largest unit that leaves at least 1 before the point.
func size(bytes uint64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	n, unit := float64(bytes), 0
	for n >= 1024 && unit < len(units)-1 {
		n, unit = n/1024, unit+1
	}
	return fmt.Sprintf("%.1f%s", n, units[unit])
}

// sleepArgs say how long.
type sleepArgs struct {
	Duration int64 // nanoseconds
}

// sleep answers after a time: clients test their timeouts with it. The answers behind it on the connection wait too.
func (s *service) sleep(c *rpcjson.Call, args *sleepArgs) {
	d := time.Duration(args.Duration)
	if d > s.SleepMax {
		s.fail(c, invalid("Duration", "at most %s", s.SleepMax), nil)
		return
	}
	go func() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			c.Reply("OK")
		case <-c.Context().Done():
			s.fail(c, c.Context().Err(), nil)
		}
	}()
}
