package apier

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEveryServiceOfCGRateSAnswersPing(t *testing.T) {
	f := start(t, nil)
	for _, service := range []string{
		"APIerSv1", "APIerSv2", "ApierV1", "ApierV2", "Responder", "CoreSv1", "CacheSv1", "SessionSv1", "CDRsV1", "ConfigSv1",
		"ChargerSv1", "AttributeSv1", "ThresholdSv1", "StatSv1", "ResourceSv1", "RouteSv1", "RALsV1", "SchedulerSv1",
	} {
		for _, argument := range []string{"", "{}", "null", `{"Tenant":"x","Event":{}}`, `["x"]`, `5`} {
			f.play([2]string{service + ".Ping " + argument, gives(`"Pong"`)})
		}
	}
}

func TestStatusHasAllFigures(t *testing.T) {
	f := start(t, nil)
	f.play([2]string{`CoreSv1.Status {"Debug":false,"Timezone":""}`, gives(`{"$exact":true,"active_memory":"$any",
		"cpu_time":"$any","go_version":"$any","goroutines":"$any","node_id":"node-test","open_files":"$any",
		"os_threads_in_use":"$any","pid":"$any","resident_memory":"$any","running_since":"` +
		f.clock.Now().UTC().Format(time.UnixDate) + `","system_memory":"$any","version":"v-test"}`)})
}

func TestSizesAreInTheUnitThatFits(t *testing.T) {
	for bytes, want := range map[uint64]string{0: "0.0B", 1023: "1023.0B", 11010048: "10.5MiB", 1 << 50: "1024.0TiB"} {
		require.Equal(t, want, size(bytes))
	}
}

func TestThisProcessUsesMemoryAndFiles(t *testing.T) {
	p := thisProcess()
	require.Positive(t, p.id)
	require.Positive(t, p.resident)
	require.Positive(t, p.files)
}

func TestSleepIsBounded(t *testing.T) {
	f := start(t, func(o *Options) { o.SleepMax = time.Hour })
	f.play(
		[2]string{`CoreSv1.Sleep {"Duration":1000000}`, isOK},
		[2]string{`CoreSv1.Sleep {"Duration":-5}`, isOK},
		[2]string{`CoreSv1.Sleep {}`, isOK},
		[2]string{`CoreSv1.Sleep {"Duration":"1s"}`, `{"error":"$any"}`},
		[2]string{`CoreSv1.Sleep {"Duration":3600000000001}`, fails("SERVER_ERROR: Duration: at most 1h0m0s")})
}

// A sleeper whose client goes away leaves at once: the server, which waits for its requests, can stop.
func TestSleepEndsWithItsConnection(t *testing.T) {
	f := start(t, func(o *Options) { o.SleepMax = time.Hour })
	conn, err := net.Dial("tcp", f.TCP)
	require.NoError(t, err)
	_, err = fmt.Fprintf(conn, `{"method":"CoreSv1.Sleep","params":[{"Duration":%d}],"id":1}`, time.Hour)
	require.NoError(t, err)
	inFlight := func() bool { return f.rpc.Stats().InFlight == 1 }
	require.Eventually(t, inFlight, 10*time.Second, time.Millisecond)
	require.NoError(t, conn.(*net.TCPConn).SetLinger(0))
	require.NoError(t, conn.Close())
	require.Eventually(t, func() bool { return !inFlight() }, 10*time.Second, time.Millisecond)
}
