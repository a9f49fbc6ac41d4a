// Command slipway-vcenter is the lab's vCenter: govmomi's simulator, whose virtual machines are containers with
// systemd, sshd and cloud-init on the lab's own Docker engine.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"

	_ "github.com/vmware/govmomi/pbm/simulator"
	"github.com/vmware/govmomi/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
	"github.com/vmware/govmomi/vim25/types"

	"slipway/lab/vcenter/docker"
)

func main() {
	log.SetFlags(log.LstdFlags | log.Lmicroseconds)
	o, err := parseOptions(os.Args[1:])
	if err == nil {
		err = serve(o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "slipway-vcenter:", err)
		os.Exit(1)
	}
}

func serve(o options) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	password, err := o.password()
	if err != nil {
		return err
	}
	certificate, err := o.tls()
	if err != nil {
		return err
	}
	model, err := buildInventory(o.templates)
	if err != nil {
		return err
	}
	defer model.Remove()

	l := &lab{
		registry: model.Map(),
		faults:   &faultBook{},
		sessions: &sessionBook{seen: map[string]bool{}},
		written:  &guestBook{before: map[types.ManagedObjectReference]map[string]string{}},
		placing:  placing{underWay: map[string]int{}},
		advice:   advice{given: map[string]recommendation{}},
		disks:    &diskBook{images: map[types.ManagedObjectReference]string{}},
	}
	if l.hypervisor, err = newHypervisor(ctx, l, o); err != nil {
		return err
	}
	l.writeTemplates(o.templates)
	l.registry.Handler = l.dispatch
	api := startAPI(model, url.UserPassword(o.user, password), certificate)
	defer api.Close()
	if err := addTags(api.URL); err != nil {
		return fmt.Errorf("tags: %w", err)
	}
	front, err := newGate(o.listen, api.URL.Host)
	if err != nil {
		return err
	}
	defer front.lock()
	controlAddress, err := (&control{lab: l, gate: front}).serve(o.control)
	if err != nil {
		return err
	}
	// Who started this program reads from one line where it answers.
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"vcenter": front.address, "control": controlAddress.String()}); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func newHypervisor(ctx context.Context, l *lab, o options) (hypervisor, error) {
	switch o.machines {
	case "none":
		return &noHypervisor{lab: l}, nil
	case "docker":
		pool, err := o.leasePool()
		if err != nil {
			return nil, err
		}
		h := &dockerHypervisor{
			lab: l, engine: docker.New(o.engine), network: o.network,
			dns: strings.Fields(o.dns), search: o.search, leases: newLeases(pool),
			doors:    newDoors(l, o.doors),
			expected: map[string]bool{},
		}
		go h.watch(ctx)
		return h, nil
	}
	return nil, fmt.Errorf("--machines %q: use docker or none", o.machines)
}

// startAPI serves on a port of its own; clients come through the gate.
func startAPI(model *simulator.Model, user *url.Userinfo, certificate *tls.Config) *simulator.Server {
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: user}
	model.Service.TLS = certificate
	model.Service.RegisterEndpoints = true
	return model.Service.NewServer()
}
