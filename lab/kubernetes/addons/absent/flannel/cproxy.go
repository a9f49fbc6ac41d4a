package udp

import (
	"net"
	"os"

	"github.com/flannel-io/flannel/pkg/ip"
)

const absent = "flannel's backend udp is not part of this build: use vxlan or host-gw"

func runCProxy(tun *os.File, conn *net.UDPConn, ctl *os.File, tunIP ip.IP4, tunMTU int) {
	panic(absent)
}
func setRoute(ctl *os.File, dst ip.IP4Net, nextHopIP ip.IP4, nextHopPort int) { panic(absent) }
func removeRoute(ctl *os.File, dst ip.IP4Net)                                 { panic(absent) }
func stopProxy(ctl *os.File)                                                  { panic(absent) }
