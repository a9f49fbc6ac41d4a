package main

import (
	"log"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// machine is the simulator's VM with a real machine behind its power button.
type machine struct {
	*simulator.VirtualMachine
	lab *lab
}

// PowerOnVMTask starts the machine on a host that DRS rules allow.
func (m *machine) PowerOnVMTask(ctx *simulator.Context, req *types.PowerOnVM_Task) soap.HasFault {
	inner := func(ctx *simulator.Context) types.ManagedObjectReference {
		return m.VirtualMachine.PowerOnVMTask(ctx, req).(*methods.PowerOnVM_TaskBody).Res.Returnval
	}
	if m.Config.Template {
		return m.VirtualMachine.PowerOnVMTask(ctx, req)
	}
	task := m.lab.runTask(m, "powerOn", func(ctx *simulator.Context) (types.AnyType, *failure) {
		if m.powerState(ctx) == types.VirtualMachinePowerStatePoweredOn {
			return nil, failed(&types.InvalidPowerState{
				RequestedState: types.VirtualMachinePowerStatePoweredOn, ExistingState: types.VirtualMachinePowerStatePoweredOn,
			})
		}
		if fail := m.lab.settle(ctx, m.VirtualMachine); fail != nil {
			return nil, fail
		}
		if err := m.lab.hypervisor.powerOn(m.definition(ctx)); err != nil {
			log.Printf("%s: power on: %s", m.Name, err)
			return nil, failed(&types.GenericVmConfigFault{Reason: "the lab could not start the machine: " + err.Error()})
		}
		result, fail := m.lab.await(ctx, m, func() types.ManagedObjectReference { return inner(ctx) })
		if fail == nil {
			m.lab.hypervisor.started(m.definition(ctx))
		}
		return result, fail
	})
	return &methods.PowerOnVM_TaskBody{Res: &types.PowerOnVM_TaskResponse{Returnval: task}}
}

// PowerOffVMTask cuts the machine's power.
func (m *machine) PowerOffVMTask(_ *simulator.Context, _ *types.PowerOffVM_Task) soap.HasFault {
	task := m.lab.runTask(m, "powerOff", func(ctx *simulator.Context) (types.AnyType, *failure) {
		return nil, m.switchOff(ctx, m.lab.hypervisor.powerOff)
	})
	return &methods.PowerOffVM_TaskBody{Res: &types.PowerOffVM_TaskResponse{Returnval: task}}
}

// switchOff ends the machine as told, forgets what its guest had said, and shows the VM as off.
func (m *machine) switchOff(ctx *simulator.Context, stop func(definition) error) *failure {
	if m.powerState(ctx) == types.VirtualMachinePowerStatePoweredOn {
		if err := stop(m.definition(ctx)); err != nil {
			return failed(&types.SystemError{Reason: err.Error()})
		}
	}
	_, fail := m.lab.await(ctx, m, func() types.ManagedObjectReference {
		body := m.VirtualMachine.PowerOffVMTask(ctx, &types.PowerOffVM_Task{This: m.Self})
		return body.(*methods.PowerOffVM_TaskBody).Res.Returnval
	})
	if fail == nil {
		m.forgetGuest(ctx)
	}
	return fail
}

// ShutdownGuest asks the guest's init to shut down; the VM is off once it has.
func (m *machine) ShutdownGuest(ctx *simulator.Context, _ *types.ShutdownGuest) soap.HasFault {
	if fault := m.guestFault(ctx); fault != nil {
		return &methods.ShutdownGuestBody{Fault_: simulator.Fault(sentence(fault), fault)}
	}
	go func() {
		own := m.lab.context()
		if fail := m.switchOff(own, m.lab.hypervisor.shutdown); fail != nil {
			log.Printf("%s: shut down: %s", m.Name, fail.message)
		}
	}()
	return &methods.ShutdownGuestBody{Res: new(types.ShutdownGuestResponse)}
}

// RebootGuest restarts the guest in an orderly way.
func (m *machine) RebootGuest(ctx *simulator.Context, _ *types.RebootGuest) soap.HasFault {
	if fault := m.guestFault(ctx); fault != nil {
		return &methods.RebootGuestBody{Fault_: simulator.Fault(sentence(fault), fault)}
	}
	go m.restart(m.lab.hypervisor.shutdown)
	return &methods.RebootGuestBody{Res: new(types.RebootGuestResponse)}
}

// ResetVMTask presses the reset button: no orderly shutdown, the power stays on.
func (m *machine) ResetVMTask(_ *simulator.Context, _ *types.ResetVM_Task) soap.HasFault {
	task := m.lab.runTask(m, "reset", func(ctx *simulator.Context) (types.AnyType, *failure) {
		if state := m.powerState(ctx); state != types.VirtualMachinePowerStatePoweredOn {
			return nil, failed(&types.InvalidPowerState{RequestedState: types.VirtualMachinePowerStatePoweredOn, ExistingState: state})
		}
		if err := m.restart(m.lab.hypervisor.powerOff); err != nil {
			return nil, failed(&types.SystemError{Reason: err.Error()})
		}
		return nil, nil
	})
	return &methods.ResetVM_TaskBody{Res: &types.ResetVM_TaskResponse{Returnval: task}}
}

func (m *machine) restart(stop func(definition) error) error {
	ctx := m.lab.context()
	if err := stop(m.definition(ctx)); err != nil {
		log.Printf("%s: restart: %s", m.Name, err)
		return err
	}
	m.toolsAreGone(ctx)
	definition := m.definition(ctx)
	if err := m.lab.hypervisor.powerOn(definition); err != nil {
		log.Printf("%s: restart: %s", m.Name, err)
		return err
	}
	m.lab.hypervisor.started(definition)
	return nil
}

// DestroyTask removes VM and machine, and the VM from the DRS rules that name it.
func (m *machine) DestroyTask(_ *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	task := m.lab.runTask(m, "destroy", func(ctx *simulator.Context) (types.AnyType, *failure) {
		return nil, m.destroy(ctx)
	})
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: task}}
}

func (m *machine) destroy(ctx *simulator.Context) *failure {
	definition := m.definition(ctx)
	_, fail := m.lab.await(ctx, m, func() types.ManagedObjectReference {
		body := m.VirtualMachine.DestroyTask(ctx, &types.Destroy_Task{This: m.Self})
		return body.(*methods.Destroy_TaskBody).Res.Returnval
	})
	if fail != nil {
		return fail
	}
	m.lab.written.forget(m.Self)
	m.lab.disks.erase(m.Self)
	m.lab.leaveRules(ctx, m.Self)
	if err := m.lab.hypervisor.destroy(definition); err != nil {
		return failed(&types.SystemError{Reason: err.Error()})
	}
	return nil
}

func (m *machine) guestFault(ctx *simulator.Context) types.BaseMethodFault {
	if state := m.powerState(ctx); state != types.VirtualMachinePowerStatePoweredOn {
		return &types.InvalidPowerState{RequestedState: types.VirtualMachinePowerStatePoweredOn, ExistingState: state}
	}
	if m.Guest.ToolsRunningStatus != string(types.VirtualMachineToolsRunningStatusGuestToolsRunning) {
		return new(types.ToolsUnavailable)
	}
	return nil
}

func (m *machine) powerState(ctx *simulator.Context) (state types.VirtualMachinePowerState) {
	ctx.WithLock(m, func() { state = m.Runtime.PowerState })
	return state
}
