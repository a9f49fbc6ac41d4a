package main

import (
	"encoding/json"
	"log"
	"net"
	"os"
	"path/filepath"
	"sync"

	"github.com/vmware/govmomi/vim25/types"
)

// doors are the guests' ways to vCenter: one socket per machine, mounted into it, in place of VMware's backdoor port.
// Who speaks through it is known by the socket.
type doors struct {
	lab    *lab
	folder string

	mutex     sync.Mutex
	listeners map[types.ManagedObjectReference]net.Listener
}

type guestRequest struct {
	Op     string       `json:"op"`
	Key    string       `json:"key"`
	Value  string       `json:"value"`
	Report *guestReport `json:"report"`
}

type guestReply struct {
	Value  string            `json:"value,omitempty"`
	Values map[string]string `json:"values,omitempty"`
	Error  string            `json:"error,omitempty"`
}

// open returns the folder to be mounted at /run/backdoor.
func (d *doors) open(vm types.ManagedObjectReference) (string, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	folder := filepath.Join(d.folder, vm.Value)
	if _, ok := d.listeners[vm]; ok {
		return folder, nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	listener, err := net.Listen("unix", filepath.Join(folder, "vcenter.sock"))
	if err != nil {
		return "", err
	}
	d.listeners[vm] = listener
	go d.serve(vm, listener)
	return folder, nil
}

func (d *doors) close(vm types.ManagedObjectReference) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if listener, ok := d.listeners[vm]; ok {
		_ = listener.Close()
		delete(d.listeners, vm)
		_ = os.RemoveAll(filepath.Join(d.folder, vm.Value))
	}
}

func (d *doors) serve(vm types.ManagedObjectReference, listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer connection.Close()
			var request guestRequest
			if err := json.NewDecoder(connection).Decode(&request); err != nil {
				return
			}
			if err := json.NewEncoder(connection).Encode(d.answer(vm, request)); err != nil {
				log.Printf("%s: %s", vm.Value, err)
			}
		}()
	}
}

func (d *doors) answer(vm types.ManagedObjectReference, request guestRequest) guestReply {
	machine, err := d.lab.machine(vm)
	if err != nil {
		return guestReply{Error: err.Error()}
	}
	ctx := d.lab.context()
	switch request.Op {
	case "boot":
		return guestReply{Value: machine.Config.Uuid, Values: machine.guestinfo(ctx)}
	case "info-get":
		value, found := machine.guestinfo(ctx)[request.Key]
		if !found {
			return guestReply{Error: "No value found"}
		}
		return guestReply{Value: value}
	case "info-set":
		if err := machine.setGuestinfo(ctx, request.Key, request.Value); err != nil {
			return guestReply{Error: err.Error()}
		}
		return guestReply{}
	case "report":
		if request.Report != nil {
			machine.showGuest(ctx, *request.Report)
		}
		return guestReply{}
	}
	return guestReply{Error: "Unknown command"}
}

func newDoors(l *lab, folder string) *doors {
	return &doors{lab: l, folder: folder, listeners: map[types.ManagedObjectReference]net.Listener{}}
}
