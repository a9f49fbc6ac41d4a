package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestParseCommand(t *testing.T) {
	for command, want := range map[string]request{
		"info-get guestinfo.metadata":          {Op: "info-get", Key: "guestinfo.metadata"},
		"info-set guestinfo.a ssh-ed25519 A B": {Op: "info-set", Key: "guestinfo.a", Value: "ssh-ed25519 A B"},
		"info-set guestinfo.a  ":               {Op: "info-set", Key: "guestinfo.a", Value: " "},
		"info-set guestinfo.a":                 {Op: "info-set", Key: "guestinfo.a"},
	} {
		got, err := parseCommand(command)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, %v", command, got, err)
		}
	}
	for _, command := range []string{"", "info-get", "machine.id.get", "info-set"} {
		if _, err := parseCommand(command); err == nil {
			t.Errorf("%q must be refused", command)
		}
	}
}

func TestWantsNetwork(t *testing.T) {
	for metadata, want := range map[string]bool{
		"":                                    false,
		"local-hostname: a\n":                 false,
		"local-hostname: network: x\n":        false,
		"local-hostname: a\nnetwork:\n  v: 2": true,
		`{"network": {"version": 2}}`:         true,
		`{"local-hostname": "network"}`:       false,
	} {
		for _, encoding := range []string{"", "base64"} {
			value := metadata
			if encoding != "" {
				value = base64.StdEncoding.EncodeToString([]byte(metadata))
			}
			got, err := wantsNetwork(map[string]string{"guestinfo.metadata": value, "guestinfo.metadata.encoding": encoding})
			if err != nil || got != want {
				t.Errorf("%q %s: got %v, %v", metadata, encoding, got, err)
			}
		}
	}
	if _, err := wantsNetwork(map[string]string{"guestinfo.metadata": "x", "guestinfo.metadata.encoding": "rot13"}); err == nil {
		t.Error("an unknown encoding must be an error")
	}
}

func TestEnvironmentQuotesWhatSystemdWouldExpand(t *testing.T) {
	got := environment(map[string]string{"guestinfo.userdata": `a "b" $c`, "guestinfo.odd key": "x"})
	want := "VMX_GUESTINFO=true\nVMX_GUESTINFO_USERDATA=\"a \\\"b\\\" \\$c\"\n"
	if got != want {
		t.Errorf("got %q", got)
	}
}

func TestRoutesAndResolvers(t *testing.T) {
	folder := t.TempDir()
	routes := filepath.Join(folder, "route")
	_ = os.WriteFile(routes, []byte("Iface\tDestination\tGateway\neth0\t00000000\t0100590A\t0003\n"), 0o600)
	if got := defaultGateway(routes); got != "10.89.0.1" {
		t.Errorf("gateway %q", got)
	}
	resolv := filepath.Join(folder, "resolv.conf")
	_ = os.WriteFile(resolv, []byte("nameserver 192.0.2.53\nsearch a.example b.example\n"), 0o600)
	servers, search := resolvers(resolv)
	if !reflect.DeepEqual(servers, []string{"192.0.2.53"}) || !reflect.DeepEqual(search, []string{"a.example", "b.example"}) {
		t.Errorf("got %v %v", servers, search)
	}
}

func TestInterfacesOfContainerEnginesAreNotReported(t *testing.T) {
	for name, want := range map[string]bool{"eth0": true, "ens192": true, "lo": false, "docker_gwbridge": false, "veth1a2b": false} {
		if reported(name) != want {
			t.Errorf("%s: want %v", name, want)
		}
	}
}
