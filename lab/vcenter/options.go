package main

import (
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"strings"
)

type options struct {
	listen, control    string
	certificate, key   string
	user, passwordFile string
	machines           string
	engine, network    string
	templates          templateImages
	leases             string
	dns, search        string
	doors              string
}

func parseOptions(arguments []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("slipway-vcenter", flag.ContinueOnError)
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "address of the vSphere API (TLS)")
	flags.StringVar(&o.control, "control", "127.0.0.1:0", "address of the lab's control API")
	flags.StringVar(&o.certificate, "certificate", "", "PEM file of the API's certificate; without one a built-in one is used")
	flags.StringVar(&o.key, "key", "", "PEM file of the certificate's key")
	flags.StringVar(&o.user, "user", "administrator@vsphere.local", "vCenter user")
	flags.StringVar(&o.passwordFile, "password-file", "", "file with the user's password")
	flags.StringVar(&o.machines, "machines", "docker", "what stands behind VMs: docker, or none (for benchmarks)")
	flags.StringVar(&o.engine, "engine", "", "socket of the Docker engine that runs the machines")
	flags.Var(&o.templates, "template", "a template and the image of its machines, as NAME=IMAGE; once for each. Default: the standard one without an image")
	flags.StringVar(&o.network, "network", "", "Docker network of the machines")
	flags.StringVar(&o.leases, "leases", "", "range of the addresses that machines get by default (10.0.0.128/25)")
	flags.StringVar(&o.dns, "dns", "", "name servers that machines get by default, separated by spaces")
	flags.StringVar(&o.search, "search", "", "search domains that machines get by default")
	flags.StringVar(&o.doors, "doors", "", "folder for the sockets between guests and vCenter")
	if err := flags.Parse(arguments); err != nil {
		return o, err
	}
	if len(o.templates) == 0 {
		o.templates = templateImages{{name: standardTemplate}}
	}
	if o.passwordFile == "" {
		return o, errors.New("--password-file is missing: the lab's vCenter wants a password")
	}
	return o, nil
}

func (o options) password() (string, error) {
	content, err := os.ReadFile(o.passwordFile)
	return strings.TrimSpace(string(content)), err
}

func (o options) tls() (*tls.Config, error) {
	if o.certificate == "" {
		return new(tls.Config), nil
	}
	pair, err := tls.LoadX509KeyPair(o.certificate, o.key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}, nil
}

func (o options) leasePool() (netip.Prefix, error) {
	pool, err := netip.ParsePrefix(o.leases)
	if err != nil {
		return pool, fmt.Errorf("--leases: %w", err)
	}
	return pool, nil
}
