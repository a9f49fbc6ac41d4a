package main

import (
	"net/netip"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// guestReport is what the guest's tools say of it.
type guestReport struct {
	HostName string     `json:"hostName"`
	Nics     []guestNic `json:"nics"`
	Gateway  string     `json:"gateway"`
	DNS      []string   `json:"dns"`
	Search   []string   `json:"search"`
}

type guestNic struct {
	MAC       string         `json:"mac"`
	Up        bool           `json:"up"`
	Addresses []guestAddress `json:"addresses"`
}

type guestAddress struct {
	IP     string `json:"ip"`
	Prefix int32  `json:"prefix"`
}

// notACard is the device key under which vCenter shows interfaces that are no network card of the VM.
const notACard = -1

// Who waits for an address and starts a moment too late gets gateway and addresses at once, in an order in which the
// vSphere provider does not recognise them; it then waits for the next change. So the first report is repeated.
var repetitions = []time.Duration{250 * time.Millisecond, time.Second, 4 * time.Second}

// showGuest shows the report in the VM's guest properties, as VMware Tools fill them.
func (m *machine) showGuest(ctx *simulator.Context, report guestReport) {
	first := false
	ctx.WithLock(m, func() {
		if m.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOn {
			return
		}
		first = m.Guest.ToolsRunningStatus != string(types.VirtualMachineToolsRunningStatusGuestToolsRunning)
		nics := []types.GuestNicInfo{}
		for _, each := range report.Nics {
			nics = append(nics, m.nicInfo(each))
		}
		primary := primaryAddress(report.Nics)
		changes := []types.PropertyChange{
			{Name: "guest.hostName", Val: report.HostName},
			{Name: "summary.guest.hostName", Val: report.HostName},
			{Name: "guest.ipAddress", Val: primary},
			{Name: "summary.guest.ipAddress", Val: primary},
			{Name: "guest.ipStack", Val: []types.GuestStackInfo{stackInfo(report)}},
			{Name: "guest.net", Val: nics},
		}
		ctx.Update(m.VirtualMachine, append(changes, toolsRun(true)...))
	})
	if first {
		go m.repeatGuest()
	}
}

func (m *machine) repeatGuest() {
	ctx := m.lab.context()
	for _, pause := range repetitions {
		time.Sleep(pause)
		ctx.WithLock(m, func() {
			if len(m.Guest.Net) > 0 {
				ctx.Update(m.VirtualMachine, []types.PropertyChange{
					{Name: "guest.ipStack", Val: m.Guest.IpStack},
					{Name: "guest.net", Val: m.Guest.Net},
				})
			}
		})
	}
}

func (m *machine) nicInfo(nic guestNic) types.GuestNicInfo {
	info := types.GuestNicInfo{
		MacAddress: nic.MAC, Connected: nic.Up, DeviceConfigId: notACard,
		IpAddress: []string{}, IpConfig: &types.NetIpConfigInfo{},
	}
	for _, device := range m.Config.Hardware.Device {
		if card, ok := device.(types.BaseVirtualEthernetCard); ok && card.GetVirtualEthernetCard().MacAddress == nic.MAC {
			info.DeviceConfigId = card.GetVirtualEthernetCard().Key
			info.Network = networkName
		}
	}
	for _, address := range nic.Addresses {
		info.IpAddress = append(info.IpAddress, address.IP)
		info.IpConfig.IpAddress = append(info.IpConfig.IpAddress, types.NetIpConfigInfoIpAddress{
			IpAddress: address.IP, PrefixLength: address.Prefix,
			State: string(types.NetIpConfigInfoIpAddressStatusPreferred),
		})
	}
	return info
}

func stackInfo(report guestReport) types.GuestStackInfo {
	stack := types.GuestStackInfo{
		DnsConfig:     &types.NetDnsConfigInfo{HostName: report.HostName, IpAddress: report.DNS, SearchDomain: report.Search},
		IpRouteConfig: &types.NetIpRouteConfigInfo{},
	}
	if report.Gateway != "" {
		stack.IpRouteConfig.IpRoute = []types.NetIpRouteConfigInfoIpRoute{{
			Network: "0.0.0.0", Gateway: types.NetIpRouteConfigInfoGateway{IpAddress: report.Gateway, Device: "0"},
		}}
	}
	return stack
}

// primaryAddress is the first IPv4 address that is not link-local, which is what VMware Tools take.
func primaryAddress(nics []guestNic) string {
	for _, nic := range nics {
		for _, address := range nic.Addresses {
			ip, err := netip.ParseAddr(address.IP)
			if err == nil && ip.Is4() && !ip.IsLinkLocalUnicast() {
				return address.IP
			}
		}
	}
	return ""
}

func toolsRun(running bool) []types.PropertyChange {
	status, runs, state := types.VirtualMachineToolsStatusToolsNotRunning, types.VirtualMachineToolsRunningStatusGuestToolsNotRunning, "notRunning"
	if running {
		status, runs, state = types.VirtualMachineToolsStatusToolsOk, types.VirtualMachineToolsRunningStatusGuestToolsRunning, "running"
	}
	return []types.PropertyChange{
		{Name: "guest.toolsStatus", Val: status},
		{Name: "guest.toolsRunningStatus", Val: string(runs)},
		{Name: "guest.guestState", Val: state},
		{Name: "summary.guest.toolsStatus", Val: status},
		{Name: "summary.guest.toolsRunningStatus", Val: string(runs)},
	}
}

// toolsAreGone shows a guest that does not report, as while it boots.
func (m *machine) toolsAreGone(ctx *simulator.Context) {
	changes := append(toolsRun(false),
		types.PropertyChange{Name: "guest.net", Val: []types.GuestNicInfo{}},
		types.PropertyChange{Name: "guest.ipStack", Val: []types.GuestStackInfo{}},
		types.PropertyChange{Name: "guest.ipAddress", Val: ""},
		types.PropertyChange{Name: "summary.guest.ipAddress", Val: ""},
	)
	ctx.WithLock(m, func() { ctx.Update(m.VirtualMachine, changes) })
}

// forgetGuest forgets everything that lasts only while the power is on.
func (m *machine) forgetGuest(ctx *simulator.Context) {
	m.toolsAreGone(ctx)
	m.dropGuestinfo(ctx)
}
