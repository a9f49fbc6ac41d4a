package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// setCable finds the host's end of the virtual cable of the machine whose init has the pid, and sets it up or down.
func setCable(pid int, connected bool) error {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/root/sys/class/net/eth0/iflink", pid))
	if err != nil {
		return err
	}
	index, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return err
	}
	end, err := net.InterfaceByIndex(index)
	if err != nil {
		return err
	}
	state := "down"
	if connected {
		state = "up"
	}
	return exec.Command("ip", "link", "set", end.Name, state).Run()
}
