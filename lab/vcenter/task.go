package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

var taskCounter atomic.Int64

// work is what a task does. It gets a context of its own: in the simulator a context owns locks.
type work func(ctx *simulator.Context) (types.AnyType, *failure)

// runTask starts a task of the lab's own. The simulator's tasks lock their object until they end, so that a slow clone
// would stop every other, and they put Go type names where vCenter puts sentences.
func (l *lab) runTask(entity mo.Reference, name string, do work) types.ManagedObjectReference {
	ctx := l.context()
	task := simulator.CreateTask(entity, name, nil)
	task.Self = types.ManagedObjectReference{Type: "Task", Value: fmt.Sprintf("task-lab-%d", taskCounter.Add(1))}
	task.Info.Key = task.Self.Value
	task.Info.Task = task.Self
	task.Info.StartTime = types.NewTime(time.Now())
	task.Info.State = types.TaskInfoStateRunning
	l.registry.Put(task)

	go func() {
		result, failed := do(ctx)
		changes := []types.PropertyChange{
			{Name: "info.completeTime", Val: time.Now()},
			{Name: "info.state", Val: types.TaskInfoStateSuccess},
			{Name: "info.result", Val: result},
		}
		if failed != nil {
			changes[1].Val = types.TaskInfoStateError
			changes[2] = types.PropertyChange{Name: "info.error", Val: types.LocalizedMethodFault{
				Fault: failed.fault, LocalizedMessage: failed.message,
			}}
		}
		l.registry.AtomicUpdate(ctx, task, changes)
	}()
	return task.Self
}

// await runs one of the simulator's own task methods on the object and waits for its end.
func (l *lab) await(ctx *simulator.Context, object mo.Reference, start func() types.ManagedObjectReference) (types.AnyType, *failure) {
	var reference types.ManagedObjectReference
	ctx.WithLock(object, func() { reference = start() })
	task, ok := l.registry.Get(reference).(*simulator.Task)
	if !ok {
		return nil, &failure{fault: new(types.SystemError), message: "the task has vanished"}
	}
	task.Wait()
	if task.Info.Error != nil {
		return nil, failed(task.Info.Error.Fault)
	}
	return task.Info.Result, nil
}
