package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// How long requests that are under way at the very end may take.
const lastRequests = 10 * time.Second

// service is an HTTP service with the way in which it comes and goes.
type service struct {
	handler http.Handler
	// Why the service is not well; empty when it is.
	complaint string
	// Go on for that long after SIGTERM.
	drain    time.Duration
	draining atomic.Bool
}

// serve answers until SIGTERM. Then it goes on for the drain time, so that whoever sends requests here learns in time
// that it must not any more: /readyz says so, and every answer closes its connection. An idle connection stays open
// until then: to close it at once would lose a request that is on its way.
func serve(name string, handler http.Handler) error {
	drain, err := drainTime()
	if err != nil {
		return err
	}
	// Taken before anything is promised: a SIGTERM right after the start is heard too.
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	listener, err := net.Listen("tcp", ":"+port())
	if err != nil {
		return err
	}
	log.Printf("listening on %s", listener.Addr())
	return (&service{handler: handler, complaint: sickness(name), drain: drain}).run(stop, listener)
}

func (s *service) run(stop context.Context, listener net.Listener) error {
	server := &http.Server{Handler: s.mux(), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-stop.Done():
	}
	log.Printf("told to stop, draining for %s", s.drain)
	s.draining.Store(true)
	time.Sleep(s.drain)
	last, cancel := context.WithTimeout(context.Background(), lastRequests)
	defer cancel()
	err := server.Shutdown(last)
	log.Print("stopped")
	return err
}

func (s *service) mux() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", s.handler)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if s.complaint != "" {
			http.Error(w, s.complaint, http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if s.draining.Load() {
			http.Error(w, "draining", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		mux.ServeHTTP(w, r)
	})
}

func write(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}
