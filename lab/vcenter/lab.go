package main

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// lab is what the wrapped objects share.
type lab struct {
	registry   *simulator.Registry
	hypervisor hypervisor
	faults     *faultBook
	sessions   *sessionBook
	written    *guestBook
	placing    placing
	advice     advice
	disks      *diskBook
}

// context makes a context that owns no lock yet, on behalf of the lab itself.
func (l *lab) context() *simulator.Context {
	return &simulator.Context{
		Context: context.Background(),
		Map:     l.registry,
		Session: &simulator.Session{
			UserSession: types.UserSession{Key: "lab", UserName: "lab"},
			Registry:    simulator.NewRegistry(),
			Map:         l.registry,
		},
	}
}

// machines are all VMs of the inventory that are no templates.
func (l *lab) machines() []*machine {
	found := []*machine{}
	for _, entity := range l.registry.All("VirtualMachine") {
		if vm, ok := entity.(*simulator.VirtualMachine); ok && !vm.Config.Template {
			found = append(found, &machine{VirtualMachine: vm, lab: l})
		}
	}
	return found
}

func (l *lab) machine(ref types.ManagedObjectReference) (*machine, error) {
	vm, ok := l.registry.Get(ref).(*simulator.VirtualMachine)
	if !ok {
		return nil, fmt.Errorf("no VM %s", ref.Value)
	}
	return &machine{VirtualMachine: vm, lab: l}, nil
}

// writeTemplates puts on the templates' disks what the lab was started with.
func (l *lab) writeTemplates(images templateImages) {
	for _, entity := range l.registry.All("VirtualMachine") {
		if vm, ok := entity.(*simulator.VirtualMachine); ok && vm.Config.Template {
			l.disks.write(vm.Self, images.imageOf(vm.Name))
		}
	}
}
