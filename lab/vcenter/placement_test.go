package main

import (
	"slices"
	"testing"
)

func TestPlacementTakesTheLeastLoadedAllowedHost(t *testing.T) {
	hosts := []string{"a", "b", "c"}
	cases := []struct {
		load     map[string]int
		excluded []string
		want     string
	}{
		{map[string]int{}, nil, "a"},
		{map[string]int{"a": 1}, nil, "b"},
		{map[string]int{"a": 1, "b": 1, "c": 1}, nil, "a"},
		{map[string]int{"a": 5, "b": 0, "c": 2}, []string{"b"}, "c"},
		{map[string]int{}, []string{"a", "b", "c"}, ""},
	}
	for _, each := range cases {
		got := choice{hosts: hosts, load: each.load, excluded: each.excluded}.leastLoaded()
		if got != each.want {
			t.Errorf("%+v: got %q", each, got)
		}
	}
}

func TestNeighboursAreTheHostsOfTheRulesOtherVMs(t *testing.T) {
	rules := []rule{{vms: []string{"m0", "m1", "m2"}}, {vms: []string{"w0", "w1"}, mandatory: true}}
	runsOn := map[string]string{"m1": "b", "w0": "a", "w1": "c"}
	hosts, mandatory := neighbours("m0", rules, runsOn)
	if !slices.Equal(hosts, []string{"b"}) || mandatory {
		t.Errorf("m0: %v %v", hosts, mandatory)
	}
	hosts, mandatory = neighbours("w0", rules, runsOn)
	if !slices.Equal(hosts, []string{"c"}) || !mandatory {
		t.Errorf("w0: %v %v", hosts, mandatory)
	}
	if hosts, _ := neighbours("x", rules, runsOn); hosts != nil {
		t.Errorf("x: %v", hosts)
	}
}
