package main

import (
	"fmt"
	"path"
	"sync"
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

// cloneFault says what happens to clones whose name matches.
type cloneFault struct {
	// Pattern of VM names, with * and ?.
	Pattern string `json:"pattern"`
	// Fault is a vCenter fault type: NoDiskSpace, SystemError, InsufficientResourcesFault or GenericVmConfigFault. Empty:
	// the clone is only slow.
	Fault string `json:"fault,omitempty"`
	// Message is what vCenter says with the fault. Default: vCenter's own sentence.
	Message string `json:"message,omitempty"`
	// DelayMs passes before the clone, milliseconds.
	DelayMs int `json:"delayMs,omitempty"`
	// Times that it happens. Default: every time, until the faults are cleared.
	Times int `json:"times,omitempty"`
}

func (c cloneFault) validate() error {
	if _, err := path.Match(c.Pattern, ""); err != nil || c.Pattern == "" {
		return fmt.Errorf("pattern %q: give a VM name, with * and ? for what may vary", c.Pattern)
	}
	if c.Fault != "" && c.failure() == nil {
		return fmt.Errorf("fault %q: use NoDiskSpace, SystemError, InsufficientResourcesFault or GenericVmConfigFault", c.Fault)
	}
	if c.Fault == "" && c.DelayMs == 0 {
		return fmt.Errorf("give a fault, a delayMs or both")
	}
	return nil
}

func (c cloneFault) failure() *failure {
	var fault types.BaseMethodFault
	switch c.Fault {
	case "NoDiskSpace":
		fault = &types.NoDiskSpace{FileFault: types.FileFault{File: "[LocalDS_0]"}, Datastore: "LocalDS_0"}
	case "SystemError":
		fault = &types.SystemError{Reason: c.Message}
	case "InsufficientResourcesFault":
		fault = new(types.InsufficientResourcesFault)
	case "GenericVmConfigFault":
		fault = &types.GenericVmConfigFault{Reason: c.Message}
	default:
		return nil
	}
	injected := failed(fault)
	if c.Message != "" {
		injected.message = c.Message
	}
	return injected
}

// faultBook holds what tests have ordered.
type faultBook struct {
	mutex  sync.Mutex
	orders []*cloneFault
}

func (b *faultBook) add(order cloneFault) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if order.Times == 0 {
		order.Times = -1
	}
	b.orders = append(b.orders, &order)
}

func (b *faultBook) clear() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.orders = nil
}

func (b *faultBook) list() []cloneFault {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	open := []cloneFault{}
	for _, order := range b.orders {
		if order.Times != 0 {
			open = append(open, *order)
		}
	}
	return open
}

// forClone adds up the delays of every order for the name and takes the first fault; each order used is counted.
func (b *faultBook) forClone(name string) (delay time.Duration, injected *failure) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, order := range b.orders {
		if matched, _ := path.Match(order.Pattern, name); !matched || order.Times == 0 {
			continue
		}
		if injected != nil && order.Fault != "" {
			continue
		}
		if order.Times > 0 {
			order.Times--
		}
		delay += time.Duration(order.DelayMs) * time.Millisecond
		if order.Fault != "" {
			injected = order.failure()
		}
	}
	return delay, injected
}
