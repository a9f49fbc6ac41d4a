package main

import "testing"

func TestAssignedMACsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		mac := nextMAC()
		if seen[mac] || len(mac) != 17 {
			t.Fatalf("%s", mac)
		}
		seen[mac] = true
	}
}
