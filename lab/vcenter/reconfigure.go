package main

import (
	"log"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// ReconfigVMTask stores what the simulator drops, and gives a running machine its new size.
func (m *machine) ReconfigVMTask(ctx *simulator.Context, req *types.ReconfigVM_Task) soap.HasFault {
	if m.Config.Template {
		return m.VirtualMachine.ReconfigVMTask(ctx, req)
	}
	task := m.lab.runTask(m, "reconfigVm", func(ctx *simulator.Context) (types.AnyType, *failure) {
		return nil, m.reconfigure(ctx, req)
	})
	return &methods.ReconfigVM_TaskBody{Res: &types.ReconfigVM_TaskResponse{Returnval: task}}
}

func (m *machine) reconfigure(ctx *simulator.Context, req *types.ReconfigVM_Task) *failure {
	spec := &req.Spec
	_, fail := m.lab.await(ctx, m, func() types.ManagedObjectReference {
		return m.VirtualMachine.ReconfigVMTask(ctx, req).(*methods.ReconfigVM_TaskBody).Res.Returnval
	})
	if fail != nil {
		return fail
	}
	if spec.SwapPlacement != "" {
		ctx.WithLock(m, func() {
			ctx.Update(m.VirtualMachine, []types.PropertyChange{{Name: "config.swapPlacement", Val: spec.SwapPlacement}})
		})
	}
	m.assignMACs(ctx)
	resized := spec.NumCPUs != 0 || spec.MemoryMB != 0
	if resized && m.powerState(ctx) == types.VirtualMachinePowerStatePoweredOn {
		if err := m.lab.hypervisor.resize(m.definition(ctx)); err != nil {
			log.Printf("%s: resize: %s", m.Name, err)
			return failed(&types.GenericVmConfigFault{Reason: err.Error()})
		}
	}
	return nil
}

// UpgradeVMTask succeeds where there is nothing to upgrade: who repeats himself gets what he asked for.
func (m *machine) UpgradeVMTask(ctx *simulator.Context, req *types.UpgradeVM_Task) soap.HasFault {
	if req.Version != "" && req.Version != m.Config.Version {
		return m.VirtualMachine.UpgradeVMTask(ctx, req)
	}
	task := m.lab.runTask(m, "upgradeVm", func(*simulator.Context) (types.AnyType, *failure) { return nil, nil })
	return &methods.UpgradeVM_TaskBody{Res: &types.UpgradeVM_TaskResponse{Returnval: task}}
}
