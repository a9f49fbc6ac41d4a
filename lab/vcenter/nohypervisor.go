package main

import (
	"fmt"
	"sync/atomic"
)

// noHypervisor has no machines: its VMs report an address as soon as they are on. Benchmarks of vCenter use it.
type noHypervisor struct {
	lab  *lab
	last atomic.Uint32
}

func (*noHypervisor) powerOn(definition) error  { return nil }
func (*noHypervisor) powerOff(definition) error { return nil }
func (*noHypervisor) shutdown(definition) error { return nil }
func (*noHypervisor) resize(definition) error   { return nil }
func (*noHypervisor) destroy(definition) error  { return nil }
func (*noHypervisor) crash(definition) error    { return nil }
func (*noHypervisor) state(definition) string   { return "none" }

func (*noHypervisor) plug(definition, bool) error { return nil }

func (h *noHypervisor) started(vm definition) {
	machine, err := h.lab.machine(vm.ref)
	if err != nil {
		return
	}
	number := h.last.Add(1)
	machine.showGuest(h.lab.context(), guestReport{
		HostName: vm.name,
		Gateway:  "10.90.0.1",
		Nics: []guestNic{{
			MAC: vm.mac, Up: true,
			Addresses: []guestAddress{{IP: fmt.Sprintf("10.90.%d.%d", 1+number/250%250, 1+number%250), Prefix: 16}},
		}},
	})
}
