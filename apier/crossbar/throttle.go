package crossbar

import (
	"container/list"
	"math"
	"net/netip"
	"sync"
	"time"
)

// throttleWindow is the time in which failed logins are counted, and the first time that logging in is refused for.
// Source: reliability, section 8.3.
const throttleWindow = time.Minute

// throttle counts failed logins by name: of an address or an account. An attempt counts as failed from its beginning,
// so that many at once are not more than many in turn, until it turns out to be none.
type throttle struct {
	failuresMax, namesMax int
	delayMax              time.Duration

	mu     sync.Mutex
	byName map[string]*list.Element // of *attempts
	order  *list.List               // the name that was used longest ago first
}

// attempts are those of one name.
type attempts struct {
	name   string
	since  time.Time // when counting began
	count  int
	closed time.Time // until then the name is refused
	delay  time.Duration
}

func newThrottle(failuresMax int, delayMax time.Duration, namesMax int) *throttle {
	return &throttle{failuresMax: failuresMax, delayMax: delayMax, namesMax: namesMax,
		byName: map[string]*list.Element{}, order: list.New()}
}

// begin counts an attempt under all names, or none where one of them is refused: then it returns the seconds to wait.
func (t *throttle) begin(now time.Time, names ...string) (seconds int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range names {
		if left := t.of(now, name).left(now, t); left > 0 {
			return int(math.Ceil(left.Seconds()))
		}
	}
	for _, name := range names {
		t.of(now, name).count++
	}
	return 0
}

// succeeded takes back what begin counted.
func (t *throttle) succeeded(names ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range names {
		if at := t.byName[name]; at != nil {
			a := at.Value.(*attempts)
			a.count = max(0, a.count-1)
		}
	}
}

// of returns the attempts under a name, made where there are none. The name that was used longest ago goes when there
// are too many.
func (t *throttle) of(now time.Time, name string) *attempts {
	if at := t.byName[name]; at != nil {
		t.order.MoveToBack(at)
		return at.Value.(*attempts)
	}
	if t.order.Len() >= t.namesMax {
		oldest := t.order.Remove(t.order.Front()).(*attempts)
		delete(t.byName, oldest.name)
	}
	a := &attempts{name: name, since: now}
	t.byName[name] = t.order.PushBack(a)
	return a
}

// left returns how long the name is still refused. Ten failures in a minute close it: for a minute, and twice as long
// each time again, until it was quiet for the longest delay.
func (a *attempts) left(now time.Time, t *throttle) time.Duration {
	if now.Before(a.closed) {
		return a.closed.Sub(now)
	}
	if now.Sub(a.since) >= throttleWindow {
		if now.Sub(a.since) >= t.delayMax+throttleWindow {
			a.delay = 0
		}
		a.since, a.count = now, 0
	}
	if a.count < t.failuresMax {
		return 0
	}
	a.delay = min(max(2*a.delay, throttleWindow), t.delayMax)
	a.closed, a.since, a.count = now.Add(a.delay), now.Add(a.delay), 0
	return a.delay
}

// addressBlock is the part of an address that one client has to himself: all of IPv4, the first 64 bits of IPv6.
func addressBlock(peer string) string {
	addr, err := netip.ParseAddr(peer)
	if err != nil {
		return peer
	}
	if addr = addr.Unmap().WithZone(""); addr.Is4() {
		return addr.String()
	}
	block, err := addr.Prefix(64)
	if err != nil {
		return peer
	}
	return block.String()
}
