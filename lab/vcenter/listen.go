package main

import (
	"errors"
	"net"
	"syscall"
)

func listenAt(address string) (net.Listener, error) { return net.Listen("tcp", address) }

// listenNear listens at the address, or at any port of its host where somebody else has taken that one.
func listenNear(address string) (net.Listener, error) {
	listener, err := listenAt(address)
	if !errors.Is(err, syscall.EADDRINUSE) {
		return listener, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	return listenAt(net.JoinHostPort(host, "0"))
}
