package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// dispatch sends calls on VMs, compute clusters and storage to the lab's versions of them; the rest is the simulator's.
func (l *lab) dispatch(ctx *simulator.Context, method *simulator.Method) (mo.Reference, types.BaseMethodFault) {
	if fault := l.sessions.check(ctx, method); fault != nil {
		return nil, fault
	}
	var wrapped mo.Reference
	switch object := ctx.Map.Get(method.This).(type) {
	case *simulator.VirtualMachine:
		wrapped = &machine{VirtualMachine: object, lab: l}
	case *simulator.ClusterComputeResource:
		wrapped = &cluster{ClusterComputeResource: object, lab: l}
	case *simulator.StorageResourceManager:
		wrapped = &storage{StorageResourceManager: object, lab: l}
	default:
		return nil, nil
	}
	// The simulator prefers what the session's registry has under the reference to what is returned here: under this
	// one it has nothing.
	method.This.Type = "SlipwayLab" + method.This.Type
	return wrapped, nil
}
