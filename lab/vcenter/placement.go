package main

import "slices"

// choice is what placement decides from: hosts in order, how many VMs each has, and which are ruled out.
type choice struct {
	hosts    []string
	load     map[string]int
	excluded []string
}

// leastLoaded is the allowed host with the fewest VMs, the first of equals; "" when every host is ruled out.
func (c choice) leastLoaded() string {
	best := ""
	for _, host := range c.hosts {
		if slices.Contains(c.excluded, host) {
			continue
		}
		if best == "" || c.load[host] < c.load[best] {
			best = host
		}
	}
	return best
}

// rule keeps its VMs on distinct hosts.
type rule struct {
	vms       []string
	mandatory bool
}

// neighbours are the hosts on which a VM must not run because another VM of one of its rules is there; the second
// result tells whether any of these rules is mandatory.
func neighbours(vm string, rules []rule, runsOn map[string]string) (hosts []string, mandatory bool) {
	for _, each := range rules {
		if !slices.Contains(each.vms, vm) {
			continue
		}
		mandatory = mandatory || each.mandatory
		for _, other := range each.vms {
			if host, on := runsOn[other]; on && other != vm {
				hosts = append(hosts, host)
			}
		}
	}
	return hosts, mandatory
}
