// Program lab-guest is what a lab machine has in place of open-vm-tools: one binary under three names.
//
//	lab-guest init      early at boot: takes over from the container runtime what a hypervisor would not have
//	                    given (resolv.conf, hosts, hostname), and hands guestinfo to cloud-init
//	vmtoolsd            reports host name and addresses to vCenter; `vmtoolsd --cmd "info-get …"` as the real one
//	vmware-rpctool      guestinfo from inside the machine, with the real one's arguments and exit codes
//
// All of them speak to vCenter through one socket per machine, the lab's stand-in for the VMware backdoor.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	name := filepath.Base(os.Args[0])
	args := os.Args[1:]
	var err error
	switch {
	case name == "vmware-rpctool":
		err = rpcTool(strings.Join(args, " "))
	case name == "vmtoolsd":
		err = toolsDaemon(args)
	case len(args) == 1 && args[0] == "init":
		err = initMachine()
	default:
		err = fmt.Errorf("usage: lab-guest init")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func toolsDaemon(args []string) error {
	if command, found := commandArgument(args); found {
		return rpcTool(command)
	}
	reportForever()
	return nil
}

// commandArgument finds the value of `--cmd VALUE` or `--cmd=VALUE`.
func commandArgument(args []string) (string, bool) {
	for i, arg := range args {
		if value, found := strings.CutPrefix(arg, "--cmd="); found {
			return value, true
		}
		if arg == "--cmd" && i+1 < len(args) {
			return args[i+1], true
		}
	}
	return "", false
}
