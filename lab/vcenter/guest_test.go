package main

import "testing"

func TestPrimaryAddressIsTheFirstRoutableIPv4(t *testing.T) {
	nics := []guestNic{
		{Addresses: []guestAddress{{IP: "fe80::1"}, {IP: "169.254.1.1"}}},
		{Addresses: []guestAddress{{IP: "10.89.0.130"}, {IP: "10.0.0.1"}}},
	}
	if got := primaryAddress(nics); got != "10.89.0.130" {
		t.Errorf("got %q", got)
	}
	if got := primaryAddress(nil); got != "" {
		t.Errorf("got %q", got)
	}
}
