package main

import (
	"testing"
	"time"
)

func TestFaultsAreCountedAndMatched(t *testing.T) {
	book := &faultBook{}
	book.add(cloneFault{Pattern: "lab-workers-*", Fault: "NoDiskSpace", Times: 1})
	book.add(cloneFault{Pattern: "*", DelayMs: 20})
	if delay, injected := book.forClone("lab-managers-0-g1"); injected != nil || delay != 20*time.Millisecond {
		t.Errorf("other names are only slow: %v %v", delay, injected)
	}
	_, injected := book.forClone("lab-workers-0-g1")
	if injected == nil || injected.message != "Insufficient disk space on datastore 'LocalDS_0'." {
		t.Errorf("the first worker fails: %+v", injected)
	}
	if _, injected := book.forClone("lab-workers-0-g1"); injected != nil {
		t.Error("the second try succeeds")
	}
	book.clear()
	if delay, _ := book.forClone("any"); delay != 0 {
		t.Error("cleared orders do nothing")
	}
}

func TestOrdersThatMeanNothingAreRefused(t *testing.T) {
	for _, order := range []cloneFault{{}, {Pattern: "a"}, {Pattern: "[", DelayMs: 1}, {Pattern: "a", Fault: "Nonsense"}} {
		if order.validate() == nil {
			t.Errorf("%+v must be refused", order)
		}
	}
	if err := (cloneFault{Pattern: "a*", Fault: "SystemError", Message: "broken"}).validate(); err != nil {
		t.Error(err)
	}
}
