package main

import (
	"fmt"
	"reflect"

	"github.com/vmware/govmomi/vim25/types"
)

// failure is a fault with the sentence that vCenter says with it.
type failure struct {
	fault   types.BaseMethodFault
	message string
}

func failed(fault types.BaseMethodFault) *failure {
	return &failure{fault: fault, message: sentence(fault)}
}

// sentence is vCenter's own wording of the faults that the lab meets.
func sentence(fault types.BaseMethodFault) string {
	switch f := fault.(type) {
	case *types.DuplicateName:
		return fmt.Sprintf("The name '%s' already exists.", f.Name)
	case *types.InvalidPowerState:
		return "The attempted operation cannot be performed in the current state (" + powerWord(f.ExistingState) + ")."
	case *types.InvalidState:
		return "The operation is not allowed in the current state."
	case *types.NoDiskSpace:
		return fmt.Sprintf("Insufficient disk space on datastore '%s'.", f.Datastore)
	case *types.InsufficientResourcesFault:
		return "The operation cannot be performed because there are insufficient resources."
	case *types.NotSupported:
		return "The operation is not supported on the object."
	case *types.InvalidArgument:
		return "A specified parameter was not correct: " + f.InvalidProperty
	case *types.ManagedObjectNotFound:
		return fmt.Sprintf("The object '%s:%s' has already been deleted or has not been completely created", f.Obj.Type, f.Obj.Value)
	case *types.SystemError:
		return "A general system error occurred: " + f.Reason
	case *types.GenericVmConfigFault:
		return f.Reason
	}
	return reflect.TypeOf(fault).Elem().Name()
}

func powerWord(state types.VirtualMachinePowerState) string {
	switch state {
	case types.VirtualMachinePowerStatePoweredOn:
		return "Powered on"
	case types.VirtualMachinePowerStateSuspended:
		return "Suspended"
	case types.VirtualMachinePowerStatePoweredOff:
	}
	return "Powered off"
}
