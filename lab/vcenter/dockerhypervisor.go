package main

import (
	"context"
	"log"
	"strings"
	"sync"
	"time"

	"slipway/lab/vcenter/docker"
)

// machineLabel marks the lab's machines among the engine's containers; its value is the VM's reference.
const machineLabel = "slipway.lab.vm"

// How long a guest may take to shut down before its power is cut.
const shutdownGrace = 30 * time.Second

// dockerHypervisor runs each VM as a container that boots systemd.
type dockerHypervisor struct {
	lab     *lab
	engine  *docker.Client
	network string
	dns     []string
	search  string
	doors   *doors
	leases  *leases

	mutex    sync.Mutex
	expected map[string]bool // VMs whose container is ending because the lab ends it
}

func containerName(vm definition) string { return "vm-" + vm.uuid }

func (h *dockerHypervisor) powerOn(vm definition) error {
	ctx := context.Background()
	h.expect(vm, false)
	err := h.engine.Update(ctx, containerName(vm), limits(vm))
	if docker.NotFound(err) {
		err = h.create(ctx, vm)
	}
	if err != nil {
		return err
	}
	return h.engine.Start(ctx, containerName(vm))
}

func (h *dockerHypervisor) create(ctx context.Context, vm definition) error {
	folder, err := h.doors.open(vm.ref)
	if err != nil {
		return err
	}
	address, err := h.leases.take(vm.uuid)
	if err != nil {
		return err
	}
	_, err = h.engine.Create(ctx, containerName(vm), docker.Spec{
		Image:    vm.image,
		Hostname: "debian",
		Cmd:      []string{"/sbin/init"},
		// systemd makes the machine id of a fresh image from container_uuid.
		Env: []string{
			"container=docker", "container_uuid=" + vm.uuid,
			"LAB_DNS=" + strings.Join(h.dns, " "), "LAB_SEARCH=" + h.search,
		},
		Labels:     map[string]string{machineLabel: vm.ref.Value},
		StopSignal: "SIGRTMIN+3",
		MacAddress: vm.mac,
		// An overlay file system cannot lie on another: what Docker in the machine writes goes onto the host's.
		Volumes: map[string]struct{}{"/var/lib/docker": {}, "/var/lib/containerd": {}},
		HostConfig: docker.HostConfig{
			Limits:       limits(vm),
			Privileged:   true,
			CgroupnsMode: "private",
			NetworkMode:  h.network,
			Binds:        []string{folder + ":/run/backdoor"},
			Tmpfs:        map[string]string{"/run": "mode=755", "/run/lock": "", "/tmp": "mode=1777"},
			LogConfig:    docker.LogConfig{Type: "none"},
		},
		NetworkingConfig: docker.NetworkingConfig{EndpointsConfig: map[string]docker.Endpoint{
			h.network: {IPAMConfig: docker.IPAMConfig{IPv4Address: address}},
		}},
	})
	return err
}

func (h *dockerHypervisor) started(definition) {}

func (h *dockerHypervisor) powerOff(vm definition) error { return h.stop(vm, 0) }

func (h *dockerHypervisor) shutdown(vm definition) error { return h.stop(vm, shutdownGrace) }

func (h *dockerHypervisor) stop(vm definition, grace time.Duration) error {
	h.expect(vm, true)
	err := h.engine.Stop(context.Background(), containerName(vm), grace)
	if docker.NotFound(err) {
		return nil
	}
	return err
}

func (h *dockerHypervisor) resize(vm definition) error {
	return h.engine.Update(context.Background(), containerName(vm), limits(vm))
}

func (h *dockerHypervisor) destroy(vm definition) error {
	h.expect(vm, true)
	err := h.engine.Remove(context.Background(), containerName(vm))
	if err != nil && !docker.NotFound(err) {
		return err
	}
	h.leases.release(vm.uuid)
	h.doors.close(vm.ref)
	return nil
}

func (h *dockerHypervisor) state(vm definition) string {
	state, err := h.engine.Inspect(context.Background(), containerName(vm))
	if err != nil {
		return "none"
	}
	return state.Status
}

func (h *dockerHypervisor) crash(vm definition) error {
	return h.engine.Kill(context.Background(), containerName(vm))
}

// plug sets the link of the host's end of the machine's cable.
func (h *dockerHypervisor) plug(vm definition, connected bool) error {
	state, err := h.engine.Inspect(context.Background(), containerName(vm))
	if err != nil {
		return err
	}
	return setCable(state.Pid, connected)
}

func (h *dockerHypervisor) expect(vm definition, end bool) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.expected[vm.ref.Value] = end
}

// watch follows machines that end by themselves: a reboot starts again, anything else leaves the VM powered off.
func (h *dockerHypervisor) watch(ctx context.Context) {
	for ctx.Err() == nil {
		err := h.engine.Deaths(ctx, machineLabel, func(death docker.Death) { go h.mourn(death) })
		if ctx.Err() == nil {
			log.Printf("docker events: %v", err)
			time.Sleep(time.Second)
		}
	}
}

// Exit status of an init that has rebooted: the kernel ends it with SIGHUP.
const rebooted = "129"

func (h *dockerHypervisor) mourn(death docker.Death) {
	value := death.Labels[machineLabel]
	h.mutex.Lock()
	expected := h.expected[value]
	h.mutex.Unlock()
	if expected {
		return
	}
	for _, machine := range h.lab.machines() {
		if machine.Self.Value != value {
			continue
		}
		ctx := h.lab.context()
		if death.ExitCode == rebooted {
			machine.toolsAreGone(ctx)
			if err := h.powerOn(machine.definition(ctx)); err != nil {
				log.Printf("%s: reboot: %s", machine.Name, err)
			}
			return
		}
		log.Printf("%s: the machine ended by itself (status %s)", machine.Name, death.ExitCode)
		if fail := machine.switchOff(ctx, func(definition) error { return nil }); fail != nil {
			log.Printf("%s: %s", machine.Name, fail.message)
		}
	}
}

// cpuPeriod is the scheduler's usual 100 ms.
const cpuPeriod = 100_000

func limits(vm definition) docker.Limits {
	memory := int64(vm.memoryMB) << 20
	return docker.Limits{Memory: memory, MemorySwap: memory, CPUPeriod: cpuPeriod, CPUQuota: int64(vm.cpus) * cpuPeriod}
}
