package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// hypervisor is what stands behind a VM's power button.
type hypervisor interface {
	// powerOn starts the machine; it makes it at the first time.
	powerOn(vm definition) error
	// started is called when vCenter shows the VM as on.
	started(vm definition)
	// powerOff cuts the power. The machine keeps its disks.
	powerOff(vm definition) error
	// shutdown lets the guest's init end everything in order.
	shutdown(vm definition) error
	// resize gives a running machine the CPU and memory of the definition.
	resize(vm definition) error
	// destroy removes the machine with its disks; one that never was is no error.
	destroy(vm definition) error
	// crash ends the machine's init behind vCenter's back.
	crash(vm definition) error
	// plug connects or disconnects the machine's network cable.
	plug(vm definition, connected bool) error
	// state says in one word how the machine is ("running", "exited", "none").
	state(vm definition) string
}

// definition is what a hypervisor needs to know of a VM.
type definition struct {
	ref      types.ManagedObjectReference
	name     string
	uuid     string
	mac      string
	image    string // what its first disk was cloned from
	cpus     int32
	memoryMB int32
}

func (m *machine) definition(ctx *simulator.Context) (found definition) {
	ctx.WithLock(m, func() {
		found = definition{
			ref:      m.Self,
			name:     m.Name,
			uuid:     m.Config.Uuid,
			image:    m.lab.disks.read(m.Self),
			cpus:     m.Config.Hardware.NumCPU,
			memoryMB: m.Config.Hardware.MemoryMB,
		}
		for _, device := range m.Config.Hardware.Device {
			if card, ok := device.(types.BaseVirtualEthernetCard); ok {
				found.mac = card.GetVirtualEthernetCard().MacAddress
				break
			}
		}
	})
	return found
}
