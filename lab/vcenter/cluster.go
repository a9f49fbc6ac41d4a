package main

import (
	"slices"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// cluster is the simulator's compute cluster with a DRS that spreads VMs and keeps anti-affinity rules.
type cluster struct {
	*simulator.ClusterComputeResource
	lab *lab
}

// placing counts VMs that are on their way to a host and not in its list yet.
type placing struct {
	mutex    sync.Mutex
	underWay map[string]int
}

// ReconfigureComputeResourceTask moves VMs apart when a new rule wants it, as DRS does by vMotion.
func (c *cluster) ReconfigureComputeResourceTask(_ *simulator.Context, req *types.ReconfigureComputeResource_Task) soap.HasFault {
	task := c.lab.runTask(c, "reconfigureCluster", func(ctx *simulator.Context) (types.AnyType, *failure) {
		_, fail := c.lab.await(ctx, c, func() types.ManagedObjectReference {
			body := c.ClusterComputeResource.ReconfigureComputeResourceTask(ctx, req)
			return body.(*methods.ReconfigureComputeResource_TaskBody).Res.Returnval
		})
		if fail != nil {
			return nil, fail
		}
		for _, each := range c.rules(ctx) {
			for _, vm := range each.vms {
				ref := types.ManagedObjectReference{Type: "VirtualMachine", Value: vm}
				if running, ok := ctx.Map.Get(ref).(*simulator.VirtualMachine); ok {
					_ = c.lab.settle(ctx, running) // what cannot be satisfied stays violated, as in vCenter
				}
			}
		}
		return nil, nil
	})
	return &methods.ReconfigureComputeResource_TaskBody{
		Res: &types.ReconfigureComputeResource_TaskResponse{Returnval: task},
	}
}

func (c *cluster) rules(ctx *simulator.Context) (rules []rule) {
	ctx.WithLock(c, func() {
		for _, each := range c.ConfigurationEx.(*types.ClusterConfigInfoEx).Rule {
			apart, ok := each.(*types.ClusterAntiAffinityRuleSpec)
			if !ok || apart.Enabled == nil || !*apart.Enabled {
				continue
			}
			one := rule{mandatory: apart.Mandatory != nil && *apart.Mandatory}
			for _, vm := range apart.Vm {
				one.vms = append(one.vms, vm.Value)
			}
			rules = append(rules, one)
		}
	})
	return rules
}

func (l *lab) clusterOfHost(ctx *simulator.Context, host types.ManagedObjectReference) *cluster {
	object, ok := ctx.Map.Get(host).(*simulator.HostSystem)
	if !ok || object.Parent == nil {
		return nil
	}
	return l.asCluster(ctx, *object.Parent)
}

func (l *lab) asCluster(ctx *simulator.Context, ref types.ManagedObjectReference) *cluster {
	if found, ok := ctx.Map.Get(ref).(*simulator.ClusterComputeResource); ok {
		return &cluster{ClusterComputeResource: found, lab: l}
	}
	return nil
}

// choice reads the cluster's hosts and their load. The caller holds the lab's placing mutex.
func (c *cluster) choice(ctx *simulator.Context) choice {
	found := choice{load: map[string]int{}}
	for _, ref := range c.Host {
		host := ctx.Map.Get(ref).(*simulator.HostSystem)
		found.hosts = append(found.hosts, ref.Value)
		ctx.WithLock(host, func() { found.load[ref.Value] = len(host.Vm) + c.lab.placing.underWay[ref.Value] })
	}
	return found
}

// reserveHost picks the host for a new VM in the resource pool; release is to be called once the VM is there.
func (l *lab) reserveHost(ctx *simulator.Context, pool types.ManagedObjectReference) (host *types.ManagedObjectReference, release func()) {
	release = func() {}
	object, ok := ctx.Map.Get(pool).(*simulator.ResourcePool)
	if !ok {
		return nil, release
	}
	owner := l.asCluster(ctx, object.Owner)
	if owner == nil {
		return nil, release
	}
	l.placing.mutex.Lock()
	defer l.placing.mutex.Unlock()
	name := owner.choice(ctx).leastLoaded()
	if name == "" {
		return nil, release
	}
	l.placing.underWay[name]++
	return &types.ManagedObjectReference{Type: "HostSystem", Value: name}, func() {
		l.placing.mutex.Lock()
		defer l.placing.mutex.Unlock()
		l.placing.underWay[name]--
	}
}

// settle moves the VM to another host when a rule forbids the one it has.
func (l *lab) settle(ctx *simulator.Context, vm *simulator.VirtualMachine) *failure {
	l.placing.mutex.Lock()
	defer l.placing.mutex.Unlock()
	owner := l.clusterOfHost(ctx, *vm.Runtime.Host)
	if owner == nil {
		return nil
	}
	rules := owner.rules(ctx)
	if len(rules) == 0 {
		return nil
	}
	forbidden, mandatory := neighbours(vm.Self.Value, rules, l.hostsOfRules(ctx, rules))
	if !slices.Contains(forbidden, vm.Runtime.Host.Value) {
		return nil
	}
	options := owner.choice(ctx)
	options.excluded = forbidden
	target := options.leastLoaded()
	switch {
	case target != "":
		l.move(ctx, vm, types.ManagedObjectReference{Type: "HostSystem", Value: target})
	case mandatory:
		return &failure{
			fault:   new(types.InsufficientResourcesFault),
			message: "No host is compatible with the virtual machine: an anti-affinity rule rules out every host of the cluster.",
		}
	}
	return nil
}

// hostsOfRules tells on which hosts the VMs of the rules are.
func (l *lab) hostsOfRules(ctx *simulator.Context, rules []rule) map[string]string {
	hosts := map[string]string{}
	for _, each := range rules {
		for _, value := range each.vms {
			vm, ok := ctx.Map.Get(types.ManagedObjectReference{Type: "VirtualMachine", Value: value}).(*simulator.VirtualMachine)
			if ok && vm.Runtime.Host != nil {
				hosts[value] = vm.Runtime.Host.Value
			}
		}
	}
	return hosts
}

func (l *lab) move(ctx *simulator.Context, vm *simulator.VirtualMachine, to types.ManagedObjectReference) {
	from := ctx.Map.Get(*vm.Runtime.Host).(*simulator.HostSystem)
	target := ctx.Map.Get(to).(*simulator.HostSystem)
	ctx.WithLock(from, func() { ctx.Map.RemoveReference(ctx, from, &from.Vm, vm.Self) })
	ctx.WithLock(target, func() { ctx.Map.AppendReference(ctx, target, &target.Vm, vm.Self) })
	ctx.WithLock(vm, func() {
		ctx.Update(vm, []types.PropertyChange{
			{Name: "runtime.host", Val: to},
			{Name: "summary.runtime.host", Val: to},
		})
	})
}

// leaveRules takes a VM that is no more out of every rule.
func (l *lab) leaveRules(ctx *simulator.Context, gone types.ManagedObjectReference) {
	for _, entity := range l.registry.All("ClusterComputeResource") {
		owner, ok := entity.(*simulator.ClusterComputeResource)
		if !ok {
			continue
		}
		ctx.WithLock(owner, func() {
			for _, each := range owner.ConfigurationEx.(*types.ClusterConfigInfoEx).Rule {
				if apart, ok := each.(*types.ClusterAntiAffinityRuleSpec); ok {
					apart.Vm = slices.DeleteFunc(apart.Vm, func(vm types.ManagedObjectReference) bool { return vm == gone })
				}
			}
		})
	}
}
