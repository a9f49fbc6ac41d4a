package main

import (
	"net/netip"
	"testing"
)

func TestLeasesAreKeptAndGoRound(t *testing.T) {
	pool := newLeases(netip.MustParsePrefix("10.0.0.128/29"))
	first, _ := pool.take("a")
	again, _ := pool.take("a")
	if first != "10.0.0.129" || again != first {
		t.Errorf("got %s, then %s", first, again)
	}
	pool.release("a")
	if next, _ := pool.take("b"); next != "10.0.0.130" {
		t.Errorf("a released address came back at once: %s", next)
	}
	for _, machine := range []string{"c", "d", "e", "f", "g"} {
		if _, err := pool.take(machine); err != nil {
			t.Fatal(machine, err)
		}
	}
	if _, err := pool.take("h"); err == nil {
		t.Error("the pool of six must be exhausted")
	}
}
