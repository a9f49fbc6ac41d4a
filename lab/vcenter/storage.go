package main

import (
	"strconv"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// storage is storage DRS for datastore clusters. A client asks where a VM should go and then orders what was
// recommended; the simulator knows the first half, for disks that are named one by one.
type storage struct {
	*simulator.StorageResourceManager
	lab *lab
}

// advice holds what was recommended until somebody orders it.
type advice struct {
	mutex sync.Mutex
	last  int
	given map[string]recommendation
}

type recommendation struct {
	spec      types.StoragePlacementSpec
	datastore types.ManagedObjectReference
}

// RecommendDatastores recommends the datastore of the cluster that has the fewest VMs.
func (s *storage) RecommendDatastores(ctx *simulator.Context, req *types.RecommendDatastores) soap.HasFault {
	wanted := wantedPod(req.StorageSpec.PodSelectionSpec)
	if wanted == nil {
		return s.StorageResourceManager.RecommendDatastores(ctx, req)
	}
	pod, ok := ctx.Map.Get(*wanted).(*simulator.StoragePod)
	if !ok || len(pod.ChildEntity) == 0 {
		return &methods.RecommendDatastoresBody{Res: new(types.RecommendDatastoresResponse)}
	}
	chosen := s.emptiest(ctx, pod.ChildEntity)
	key := s.lab.advice.give(recommendation{spec: req.StorageSpec, datastore: chosen})
	return &methods.RecommendDatastoresBody{Res: &types.RecommendDatastoresResponse{
		Returnval: types.StoragePlacementResult{Recommendations: []types.ClusterRecommendation{{
			Key: key, Type: "V1", Time: time.Now(), Rating: 1,
			Reason:     "storagePlacement",
			ReasonText: "Satisfy storage initial placement requests",
			Target:     wanted,
			Action: []types.BaseClusterAction{&types.StoragePlacementAction{
				ClusterAction: types.ClusterAction{Type: "StoragePlacementV1"},
				Vm:            req.StorageSpec.Vm,
				RelocateSpec:  types.VirtualMachineRelocateSpec{Datastore: &chosen},
				Destination:   chosen,
			}},
		}}},
	}}
}

// wantedPod is the datastore cluster that a new VM, or the new disks of an existing one, shall go to.
func wantedPod(selection types.StorageDrsPodSelectionSpec) *types.ManagedObjectReference {
	if selection.StoragePod != nil {
		return selection.StoragePod
	}
	for _, placement := range selection.InitialVmConfig {
		return &placement.StoragePod
	}
	return nil
}

// ApplyStorageDrsRecommendationTask clones or reconfigures the VM as recommended.
func (s *storage) ApplyStorageDrsRecommendationTask(_ *simulator.Context, req *types.ApplyStorageDrsRecommendation_Task) soap.HasFault {
	task := s.lab.runTask(s, "applyRecommendation", func(ctx *simulator.Context) (types.AnyType, *failure) {
		for _, key := range req.Key {
			vm, fail := s.apply(ctx, key)
			return types.ApplyStorageRecommendationResult{Vm: vm}, fail
		}
		return nil, failed(&types.InvalidArgument{InvalidProperty: "key"})
	})
	return &methods.ApplyStorageDrsRecommendation_TaskBody{
		Res: &types.ApplyStorageDrsRecommendation_TaskResponse{Returnval: task},
	}
}

func (s *storage) apply(ctx *simulator.Context, key string) (*types.ManagedObjectReference, *failure) {
	order, found := s.lab.advice.take(key)
	if !found || order.spec.Vm == nil {
		return nil, failed(&types.InvalidArgument{InvalidProperty: "key"})
	}
	vm, err := s.lab.machine(*order.spec.Vm)
	if err != nil {
		return nil, failed(&types.ManagedObjectNotFound{Obj: *order.spec.Vm})
	}
	switch {
	case order.spec.CloneSpec != nil && order.spec.Folder != nil:
		spec := *order.spec.CloneSpec
		spec.Location.Datastore = &order.datastore
		result, fail := vm.clone(ctx, &types.CloneVM_Task{
			This: vm.Self, Folder: *order.spec.Folder, Name: order.spec.CloneName, Spec: spec,
		})
		if fail != nil {
			return nil, fail
		}
		clone := result.(types.ManagedObjectReference)
		return &clone, nil
	case order.spec.ConfigSpec != nil:
		return nil, vm.reconfigure(ctx, &types.ReconfigVM_Task{This: vm.Self, Spec: *order.spec.ConfigSpec})
	}
	return nil, failed(new(types.NotSupported))
}

func (s *storage) emptiest(ctx *simulator.Context, candidates []types.ManagedObjectReference) types.ManagedObjectReference {
	best, least := candidates[0], -1
	for _, ref := range candidates {
		datastore, ok := ctx.Map.Get(ref).(*simulator.Datastore)
		if !ok {
			continue
		}
		ctx.WithLock(datastore, func() {
			if count := len(datastore.Vm); least < 0 || count < least {
				best, least = ref, count
			}
		})
	}
	return best
}

func (a *advice) give(order recommendation) string {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.last++
	key := strconv.Itoa(a.last)
	a.given[key] = order
	return key
}

func (a *advice) take(key string) (recommendation, bool) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	order, found := a.given[key]
	delete(a.given, key)
	return order, found
}
