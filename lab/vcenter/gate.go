package main

import (
	"io"
	"net"
	"sync"
)

// gate is the address that clients know. It passes connections on to the API's own port and can be shut and opened
// again: a vCenter that is unreachable while its inventory lives on.
type gate struct {
	target string

	mutex    sync.Mutex
	address  string
	bound    bool
	listener net.Listener
	open     map[net.Conn]struct{}
}

func newGate(address, target string) (*gate, error) {
	g := &gate{target: target, address: address, open: map[net.Conn]struct{}{}}
	return g, g.unlock()
}

func (g *gate) unlock() error {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.listener != nil {
		return nil
	}
	listen := listenNear
	if g.bound {
		// Clients know the address by now.
		listen = listenAt
	}
	listener, err := listen(g.address)
	if err != nil {
		return err
	}
	g.listener, g.address, g.bound = listener, listener.Addr().String(), true
	go g.accept(listener)
	return nil
}

// lock refuses new connections and cuts the open ones.
func (g *gate) lock() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.listener != nil {
		_ = g.listener.Close()
		g.listener = nil
	}
	for connection := range g.open {
		_ = connection.Close()
	}
}

func (g *gate) accept(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go g.pass(connection)
	}
}

func (g *gate) pass(client net.Conn) {
	defer client.Close()
	api, err := net.Dial("tcp", g.target)
	if err != nil {
		return
	}
	defer api.Close()
	g.mutex.Lock()
	g.open[client] = struct{}{}
	g.mutex.Unlock()
	defer func() {
		g.mutex.Lock()
		delete(g.open, client)
		g.mutex.Unlock()
	}()
	go func() {
		_, _ = io.Copy(api, client)
		_ = api.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(client, api)
}
