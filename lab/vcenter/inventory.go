package main

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/types"
)

const (
	networkName = "VM Network"
	podName     = "DC0_POD0"
	// The guest's system as vSphere 8 names it.
	templateGuest    = "debian12_64Guest"
	templateDiskGiB  = 4
	templateMemoryMB = 1024
)

// builder makes the inventory of a small site through the API that everybody uses.
type builder struct {
	ctx        context.Context
	finder     *find.Finder
	datacenter *object.Datacenter
}

// buildInventory makes a datacenter with a compute cluster of four ESX hosts, datastores and a datastore cluster, a
// network, folders and the templates.
func buildInventory(templates templateImages) (*simulator.Model, error) {
	model := simulator.VPX()
	model.ClusterHost = 4
	model.Host = 0
	model.Machine = 1
	model.Datastore = 4
	model.Pod = 1
	if err := model.Create(); err != nil {
		return nil, err
	}
	ctx := context.Background()
	client, err := vim25.NewClient(ctx, model.Service)
	if err != nil {
		return nil, err
	}
	b := builder{ctx: ctx, finder: find.NewFinder(client)}
	if b.datacenter, err = b.finder.DefaultDatacenter(ctx); err != nil {
		return nil, err
	}
	b.finder.SetDatacenter(b.datacenter)
	for what, step := range map[string]func() error{"folders": b.folders, "templates": func() error { return b.templates(templates) }, "datastore cluster": b.datastoreCluster} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
	}
	return model, nil
}

func (b builder) folders() error {
	folders, err := b.datacenter.Folders(b.ctx)
	if err != nil {
		return err
	}
	slipway, err := folders.VmFolder.CreateFolder(b.ctx, "slipway")
	if err != nil {
		return err
	}
	for _, environment := range []string{"lab", "dev", "prod"} {
		if _, err := slipway.CreateFolder(b.ctx, environment); err != nil {
			return err
		}
	}
	return nil
}

// templates turns the model's VM into the first template, copies it for the others and for the successor of each, and
// takes snapshots of all so that linked clones work.
func (b builder) templates(images templateImages) error {
	vm, err := b.finder.VirtualMachine(b.ctx, "*")
	if err != nil {
		return err
	}
	if err := b.wait(vm.PowerOff(b.ctx)); err != nil {
		return err
	}
	devices, err := vm.Device(b.ctx)
	if err != nil {
		return err
	}
	spec := types.VirtualMachineConfigSpec{
		Name: images[0].name, GuestId: templateGuest, NumCPUs: 1, MemoryMB: templateMemoryMB,
		Firmware: string(types.GuestOsDescriptorFirmwareTypeBios),
	}
	// The model's disk is larger than a template's should be, and disks only grow: a new one in its place.
	disk := devices.SelectByType((*types.VirtualDisk)(nil))[0].(*types.VirtualDisk)
	controller := devices.FindByKey(disk.ControllerKey).(types.BaseVirtualController)
	smaller := devices.CreateDisk(controller, types.ManagedObjectReference{}, "")
	smaller.CapacityInKB = templateDiskGiB << 20
	smaller.UnitNumber = disk.UnitNumber
	spec.DeviceChange = []types.BaseVirtualDeviceConfigSpec{
		&types.VirtualDeviceConfigSpec{
			Operation:     types.VirtualDeviceConfigSpecOperationRemove,
			FileOperation: types.VirtualDeviceConfigSpecFileOperationDestroy,
			Device:        disk,
		},
		&types.VirtualDeviceConfigSpec{
			Operation:     types.VirtualDeviceConfigSpecOperationAdd,
			FileOperation: types.VirtualDeviceConfigSpecFileOperationCreate,
			Device:        smaller,
		},
	}
	if err := b.wait(vm.Reconfigure(b.ctx, spec)); err != nil {
		return err
	}
	all := []*object.VirtualMachine{vm}
	for index, each := range images {
		names := []string{each.name, each.name + nextSuffix}
		if index == 0 {
			names = names[1:]
		}
		for _, name := range names {
			copied, err := b.copy(vm, name)
			if err != nil {
				return err
			}
			all = append(all, copied)
		}
	}
	for _, each := range all {
		if err := b.wait(each.CreateSnapshot(b.ctx, "base", "for linked clones", false, false)); err != nil {
			return err
		}
		if err := each.MarkAsTemplate(b.ctx); err != nil {
			return err
		}
	}
	return nil
}

// copy clones the VM beside itself.
func (b builder) copy(vm *object.VirtualMachine, name string) (*object.VirtualMachine, error) {
	folders, err := b.datacenter.Folders(b.ctx)
	if err != nil {
		return nil, err
	}
	task, err := vm.Clone(b.ctx, folders.VmFolder, name, types.VirtualMachineCloneSpec{})
	if err != nil {
		return nil, err
	}
	result, err := task.WaitForResultEx(b.ctx)
	if err != nil {
		return nil, err
	}
	return object.NewVirtualMachine(vm.Client(), result.Result.(types.ManagedObjectReference)), nil
}

// datastoreCluster puts the last two datastores under storage DRS.
func (b builder) datastoreCluster() error {
	pod, err := b.finder.DatastoreCluster(b.ctx, podName)
	if err != nil {
		return err
	}
	members := []types.ManagedObjectReference{}
	for _, name := range []string{"LocalDS_2", "LocalDS_3"} {
		datastore, err := b.finder.Datastore(b.ctx, name)
		if err != nil {
			return err
		}
		members = append(members, datastore.Reference())
	}
	if err := b.wait(pod.MoveInto(b.ctx, members)); err != nil {
		return err
	}
	manager := object.NewStorageResourceManager(b.datacenter.Client())
	enabled := types.StorageDrsConfigSpec{PodConfigSpec: &types.StorageDrsPodConfigSpec{Enabled: types.NewBool(true)}}
	return b.wait(manager.ConfigureStorageDrsForPod(b.ctx, pod, enabled, true))
}

func (b builder) wait(task *object.Task, err error) error {
	if err != nil {
		return err
	}
	return task.Wait(b.ctx)
}
