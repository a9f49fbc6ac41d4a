package main

import (
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// CloneVMTask clones onto the host with the fewest VMs, after whatever the fault book has for this name.
func (m *machine) CloneVMTask(_ *simulator.Context, req *types.CloneVM_Task) soap.HasFault {
	task := m.lab.runTask(m, "cloneVm", func(ctx *simulator.Context) (types.AnyType, *failure) {
		return m.clone(ctx, req)
	})
	return &methods.CloneVM_TaskBody{Res: &types.CloneVM_TaskResponse{Returnval: task}}
}

func (m *machine) clone(ctx *simulator.Context, req *types.CloneVM_Task) (types.AnyType, *failure) {
	delay, injected := m.lab.faults.forClone(req.Name)
	time.Sleep(delay)
	if injected != nil {
		return nil, injected
	}
	if req.Spec.Location.Host == nil && req.Spec.Location.Pool != nil {
		host, release := m.lab.reserveHost(ctx, *req.Spec.Location.Pool)
		defer release()
		req.Spec.Location.Host = host
	}
	result, fail := m.lab.await(ctx, m, func() types.ManagedObjectReference {
		return m.VirtualMachine.CloneVMTask(ctx, req).(*methods.CloneVM_TaskBody).Res.Returnval
	})
	if fail != nil {
		return nil, fail
	}
	if clone, ok := ctx.Map.Get(result.(types.ManagedObjectReference)).(*simulator.VirtualMachine); ok {
		m.inherit(ctx, clone)
	}
	return result, nil
}

// inherit gives the clone what vCenter copies from the template and the simulator does not.
func (m *machine) inherit(ctx *simulator.Context, clone *simulator.VirtualMachine) {
	changes := []types.PropertyChange{
		{Name: "config.swapPlacement", Val: m.Config.SwapPlacement},
		{Name: "config.firmware", Val: m.Config.Firmware},
		{Name: "config.createDate", Val: time.Now()},
		{Name: "guest.toolsStatus", Val: types.VirtualMachineToolsStatusToolsNotRunning},
		{Name: "guest.toolsVersionStatus2", Val: string(types.VirtualMachineToolsVersionStatusGuestToolsUnmanaged)},
		{Name: "summary.guest.toolsStatus", Val: types.VirtualMachineToolsStatusToolsNotRunning},
	}
	ctx.WithLock(clone, func() { ctx.Update(clone, changes) })
	m.lab.disks.write(clone.Self, m.lab.disks.read(m.Self))
	(&machine{VirtualMachine: clone, lab: m.lab}).assignMACs(ctx)
}
