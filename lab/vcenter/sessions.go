package main

import (
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// sessionBook knows which sessions have been seen, and which the lab has ended behind their owner's back.
type sessionBook struct {
	mutex sync.Mutex
	seen  map[string]bool // false: ended
}

// end ends every session that has been used so far, as a restarted vCenter does. It returns how many.
func (b *sessionBook) end() int {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	ended := 0
	for key, alive := range b.seen {
		if alive {
			b.seen[key] = false
			ended++
		}
	}
	return ended
}

func (b *sessionBook) check(ctx *simulator.Context, method *simulator.Method) types.BaseMethodFault {
	if ctx.Session == nil || ctx.Session.Key == "lab" {
		return nil
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	alive, known := b.seen[ctx.Session.Key]
	if !known {
		b.seen[ctx.Session.Key] = true
		return nil
	}
	if alive {
		return nil
	}
	switch method.Name {
	case "Login", "LoginByToken":
		ctx.Session = nil // a new login under the cookie of the ended session
		return nil
	case "RetrieveServiceContent":
		return nil
	}
	return &types.NotAuthenticated{NoPermission: types.NoPermission{Object: &method.This, PrivilegeId: "System.View"}}
}
