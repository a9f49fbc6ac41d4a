package main

import (
	"fmt"
	"net/netip"
	"sync"
)

// leases is the lab's DHCP: an address per machine, kept until the machine is destroyed.
type leases struct {
	mutex sync.Mutex
	pool  netip.Prefix
	held  map[string]netip.Addr
	next  netip.Addr
}

func newLeases(pool netip.Prefix) *leases {
	return &leases{pool: pool.Masked(), held: map[string]netip.Addr{}, next: pool.Masked().Addr()}
}

// take returns the machine's address. New ones go round the pool, so that a fresh machine does not get the address
// that another has just given up.
func (l *leases) take(machine string) (string, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if address, ok := l.held[machine]; ok {
		return address.String(), nil
	}
	used := map[netip.Addr]bool{}
	for _, address := range l.held {
		used[address] = true
	}
	for candidate, start := l.after(l.next), l.next; ; candidate = l.after(candidate) {
		if !used[candidate] {
			l.held[machine], l.next = candidate, candidate
			return candidate.String(), nil
		}
		if candidate == start {
			return "", fmt.Errorf("no address is left in %s", l.pool)
		}
	}
}

// after is the next address of the pool, without its first and last.
func (l *leases) after(address netip.Addr) netip.Addr {
	next := address.Next()
	if !l.pool.Contains(next) || !l.pool.Contains(next.Next()) {
		return l.pool.Addr().Next()
	}
	return next
}

func (l *leases) release(machine string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	delete(l.held, machine)
}
