package main

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// control is the lab's own API, for tests and for people: what there is, and what shall go wrong. It listens on the
// loopback interface and asks for no password.
type control struct {
	lab  *lab
	gate *gate
}

type machineView struct {
	Name       string            `json:"name"`
	Ref        string            `json:"ref"`
	UUID       string            `json:"uuid"`
	PowerState string            `json:"powerState"`
	Host       string            `json:"host"`
	Address    string            `json:"address,omitempty"`
	HostName   string            `json:"hostName,omitempty"`
	Container  string            `json:"container"`
	State      string            `json:"state"`
	CPUs       int32             `json:"cpus"`
	MemoryMB   int32             `json:"memoryMB"`
	Guestinfo  map[string]string `json:"guestinfo"`
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /machines", func(w http.ResponseWriter, _ *http.Request) { reply(w, c.views()) })
	mux.HandleFunc("DELETE /machines/{name}", c.onMachine(c.destroy))
	mux.HandleFunc("POST /machines/{name}/crash", c.onMachine(c.crash))
	mux.HandleFunc("POST /machines/{name}/unplug", c.onMachine(plug(c, false)))
	mux.HandleFunc("POST /machines/{name}/plug", c.onMachine(plug(c, true)))
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) { reply(w, c.lab.faults.list()) })
	mux.HandleFunc("POST /faults", c.addFault)
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		c.lab.faults.clear()
		reply(w, c.lab.faults.list())
	})
	mux.HandleFunc("POST /sessions/end", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]int{"ended": c.lab.sessions.end()})
	})
	mux.HandleFunc("POST /gate/lock", func(w http.ResponseWriter, _ *http.Request) {
		c.gate.lock()
		reply(w, map[string]bool{"reachable": false})
	})
	mux.HandleFunc("POST /gate/unlock", func(w http.ResponseWriter, _ *http.Request) {
		if err := c.gate.unlock(); err != nil {
			refuse(w, http.StatusConflict, err)
			return
		}
		reply(w, map[string]bool{"reachable": true})
	})
	return mux
}

// serve answers on the address until the program ends.
func (c *control) serve(address string) (net.Addr, error) {
	listener, err := listenNear(address)
	if err != nil {
		return nil, err
	}
	go func() { _ = http.Serve(listener, c.handler()) }()
	return listener.Addr(), nil
}

func (c *control) views() []machineView {
	views := []machineView{}
	ctx := c.lab.context()
	for _, m := range c.lab.machines() {
		definition := m.definition(ctx)
		view := machineView{
			Name: m.Name, Ref: m.Self.Value, UUID: definition.uuid, Container: containerName(definition),
			State: c.lab.hypervisor.state(definition), CPUs: definition.cpus, MemoryMB: definition.memoryMB,
			Guestinfo: m.guestinfo(ctx),
		}
		ctx.WithLock(m, func() {
			view.PowerState = string(m.Runtime.PowerState)
			view.Address, view.HostName = m.Guest.IpAddress, m.Guest.HostName
			if host, ok := ctx.Map.Get(*m.Runtime.Host).(*simulator.HostSystem); ok {
				view.Host = host.Name
			}
		})
		views = append(views, view)
	}
	return views
}

func (c *control) onMachine(act func(*machine) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, m := range c.lab.machines() {
			if m.Name != r.PathValue("name") {
				continue
			}
			if err := act(m); err != nil {
				refuse(w, http.StatusInternalServerError, err)
				return
			}
			reply(w, map[string]string{"machine": m.Name})
			return
		}
		refuse(w, http.StatusNotFound, errors.New("no machine has the name "+r.PathValue("name")))
	}
}

// destroy removes VM and machine as somebody else would, whoever is using them.
func (c *control) destroy(m *machine) error {
	ctx := c.lab.context()
	if m.powerState(ctx) == types.VirtualMachinePowerStatePoweredOn {
		if fail := m.switchOff(ctx, c.lab.hypervisor.powerOff); fail != nil {
			return errors.New(fail.message)
		}
	}
	if fail := m.destroy(ctx); fail != nil {
		return errors.New(fail.message)
	}
	return nil
}

// crash ends the machine's init without vCenter having asked for it; the VM is then seen powered off.
func (c *control) crash(m *machine) error {
	return c.lab.hypervisor.crash(m.definition(c.lab.context()))
}

func plug(c *control, connected bool) func(*machine) error {
	return func(m *machine) error { return c.lab.hypervisor.plug(m.definition(c.lab.context()), connected) }
}

func (c *control) addFault(w http.ResponseWriter, r *http.Request) {
	var order cloneFault
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&order); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	if err := order.validate(); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	c.lab.faults.add(order)
	reply(w, c.lab.faults.list())
}

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

func refuse(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
}
