package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// dispatch sends calls on VMs and compute clusters to the lab's versions of them; the rest is the simulator's.
func (l *lab) dispatch(ctx *simulator.Context, method *simulator.Method) (mo.Reference, types.BaseMethodFault) {
	if fault := l.sessions.check(ctx, method); fault != nil {
		return nil, fault
	}
	switch object := ctx.Map.Get(method.This).(type) {
	case *simulator.VirtualMachine:
		return &machine{VirtualMachine: object, lab: l}, nil
	case *simulator.ClusterComputeResource:
		return &cluster{ClusterComputeResource: object, lab: l}, nil
	}
	return nil, nil
}
