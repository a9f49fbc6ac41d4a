package main

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// macCounter numbers the addresses that this vCenter has assigned.
var macCounter atomic.Uint32

// vcenterMACs starts every address that a vCenter assigns (00:50:56:80 to :bf).
const vcenterMACs = "00:50:56:"

func nextMAC() string {
	number := macCounter.Add(1)
	return fmt.Sprintf(vcenterMACs+"%02x:%02x:%02x", 0x80+number>>16&0x3f, number>>8&0xff, number&0xff)
}

// assignMACs gives each network card an address of its own, unless somebody has set one by hand: the simulator lets a
// clone keep its template's.
func (m *machine) assignMACs(ctx *simulator.Context) {
	ctx.WithLock(m, func() {
		changed := false
		for _, device := range m.Config.Hardware.Device {
			base, ok := device.(types.BaseVirtualEthernetCard)
			if !ok {
				continue
			}
			card := base.GetVirtualEthernetCard()
			manual := card.AddressType == string(types.VirtualEthernetCardMacTypeManual)
			if manual || strings.HasPrefix(card.MacAddress, vcenterMACs) {
				continue
			}
			card.MacAddress = nextMAC()
			card.AddressType = string(types.VirtualEthernetCardMacTypeAssigned)
			changed = true
		}
		if changed {
			ctx.Update(m.VirtualMachine, []types.PropertyChange{{Name: "config.hardware.device", Val: m.Config.Hardware.Device}})
		}
	})
}
