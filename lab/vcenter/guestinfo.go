package main

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

const guestinfoPrefix = "guestinfo."

// guestBook remembers, per VM, which keys its guest has set and what the VM's definition had there ("" for nothing):
// what a guest sets lasts until the power goes, as on vSphere.
type guestBook struct {
	mutex  sync.Mutex
	before map[types.ManagedObjectReference]map[string]string
}

func (b *guestBook) remember(vm types.ManagedObjectReference, key, before string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.before[vm] == nil {
		b.before[vm] = map[string]string{}
	}
	if _, already := b.before[vm][key]; !already {
		b.before[vm][key] = before
	}
}

func (b *guestBook) forget(vm types.ManagedObjectReference) map[string]string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	before := b.before[vm]
	delete(b.before, vm)
	return before
}

// guestinfo is what the VM's configuration has for its guest.
func (m *machine) guestinfo(ctx *simulator.Context) map[string]string {
	found := map[string]string{}
	ctx.WithLock(m, func() {
		for _, option := range m.Config.ExtraConfig {
			value := option.GetOptionValue()
			if text, ok := value.Value.(string); ok && strings.HasPrefix(value.Key, guestinfoPrefix) {
				found[value.Key] = text
			}
		}
	})
	return found
}

// setGuestinfo stores what the guest has set with info-set.
func (m *machine) setGuestinfo(ctx *simulator.Context, key, value string) error {
	if !strings.HasPrefix(key, guestinfoPrefix) || key == guestinfoPrefix {
		return errors.New("Permission denied")
	}
	m.lab.written.remember(m.Self, key, m.guestinfo(ctx)[key])
	m.writeExtraConfig(ctx, map[string]string{key: value})
	return nil
}

// dropGuestinfo puts back what the definition says.
func (m *machine) dropGuestinfo(ctx *simulator.Context) {
	if before := m.lab.written.forget(m.Self); len(before) > 0 {
		m.writeExtraConfig(ctx, before)
	}
}

// writeExtraConfig sets the keys; an empty value removes one.
func (m *machine) writeExtraConfig(ctx *simulator.Context, values map[string]string) {
	ctx.WithLock(m, func() {
		options := slices.Clone(m.Config.ExtraConfig)
		options = slices.DeleteFunc(options, func(option types.BaseOptionValue) bool {
			_, replaced := values[option.GetOptionValue().Key]
			return replaced
		})
		for key, value := range values {
			if value != "" {
				options = append(options, &types.OptionValue{Key: key, Value: value})
			}
		}
		ctx.Update(m.VirtualMachine, []types.PropertyChange{{Name: "config.extraConfig", Val: options}})
	})
}
