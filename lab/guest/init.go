package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	stateFolder   = "/run/lab-guest"
	networkSwitch = "/etc/cloud/cloud.cfg.d/99-lab-network.cfg"
	card          = "eth0"
)

// initMachine runs before cloud-init and before any network service.
func initMachine() error {
	if err := os.MkdirAll(stateFolder, 0o755); err != nil {
		return err
	}
	takeOverFiles()
	if err := shareMounts(); err != nil {
		return err
	}
	if err := saveLease(); err != nil {
		return err
	}
	answer, err := call(request{Op: "boot"})
	if err != nil {
		return err
	}
	if err := os.WriteFile(stateFolder+"/product_uuid", []byte(answer.Value+"\n"), 0o444); err != nil {
		return err
	}
	if err := os.WriteFile(stateFolder+"/guestinfo.env", []byte(environment(answer.Values)), 0o600); err != nil {
		return err
	}
	wanted, err := wantsNetwork(answer.Values)
	if err != nil {
		return err
	}
	if !wanted {
		return os.WriteFile(networkSwitch, []byte("network: {config: disabled}\n"), 0o644)
	}
	return errors.Join(remove(networkSwitch), releaseCard())
}

// takeOverFiles takes away the files that the container runtime mounts over /etc and leaves a machine's own.
func takeOverFiles() {
	resolv := ""
	for _, server := range strings.Fields(os.Getenv("LAB_DNS")) {
		resolv += "nameserver " + server + "\n"
	}
	if search := os.Getenv("LAB_SEARCH"); search != "" {
		resolv += "search " + search + "\n"
	}
	for _, path := range []string{"/etc/resolv.conf", "/etc/hosts", "/etc/hostname"} {
		_ = syscall.Unmount(path, syscall.MNT_DETACH)
	}
	_ = os.WriteFile("/etc/resolv.conf", []byte(resolv), 0o644)
	if _, err := os.Stat("/var/lib/cloud/instance"); err == nil {
		restoreHostname()
	}
}

// shareMounts makes later mounts of the machine seen in its containers, where these ask for it. systemd does so when it
// boots a machine, and leaves it alone when it starts in a container.
func shareMounts() error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_SHARED, ""); err != nil {
		return fmt.Errorf("share the mounts of /: %w", err)
	}
	return nil
}

// restoreHostname gives a machine that boots again the name it had: the container runtime has set its own.
func restoreHostname() {
	if name, err := os.ReadFile("/etc/hostname"); err == nil && len(strings.TrimSpace(string(name))) > 0 {
		_ = syscall.Sethostname([]byte(strings.TrimSpace(string(name))))
	}
}

// saveLease keeps the address that the lab's network gave, for a configuration that asks for DHCP.
func saveLease() error {
	addresses, err := exec.Command("ip", "-4", "-o", "addr", "show", "dev", card, "scope", "global").Output()
	if err != nil {
		return nil // a machine without a card has no lease
	}
	lease := ""
	if fields := strings.Fields(string(addresses)); len(fields) > 3 {
		lease = fmt.Sprintf("ADDRESS=%s\nGATEWAY=%s\n", fields[3], defaultGateway("/proc/net/route"))
	}
	return os.WriteFile(stateFolder+"/lease", []byte(lease), 0o644)
}

// releaseCard leaves the card bare for cloud-init's own network configuration. arp_notify announces the new address
// to the neighbours when the card comes up: they may still remember a former machine under it.
func releaseCard() error {
	_ = os.WriteFile("/proc/sys/net/ipv4/conf/"+card+"/arp_notify", []byte("1"), 0o644)
	return errors.Join(
		exec.Command("ip", "addr", "flush", "dev", card).Run(),
		exec.Command("ip", "link", "set", card, "down").Run(),
	)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return nil
}
