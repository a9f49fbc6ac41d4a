// Program hello is the lab's sample application: two services in one static program.
//
//	hello web          on :8080; says who it is and what the api service answers it
//	hello api          on :8081; says who it is and who asks
//	hello healthcheck  exits 0 when the service in this container answers
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// version is set at build time.
var version = "unknown"

const (
	webPort = "8080"
	apiPort = "8081"
)

func main() {
	role := "web"
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	var err error
	switch role {
	case "web":
		err = serve(webPort, webHandler(env("API_URL", "http://api:"+apiPort+"/")))
	case "api":
		err = serve(apiPort, http.HandlerFunc(api))
	case "healthcheck":
		err = healthcheck()
	default:
		err = fmt.Errorf("unknown role %q: use web, api or healthcheck", role)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// serve answers until SIGTERM. Then it goes on serving for DRAIN_SECONDS, so that whoever routes requests here learns
// in time that it must not any more, and finishes what is under way.
func serve(port string, handler http.Handler) error {
	drain, err := strconv.ParseFloat(env("DRAIN_SECONDS", "0"), 64)
	if err != nil {
		return fmt.Errorf("DRAIN_SECONDS: %w", err)
	}
	var draining atomic.Bool
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if draining.Load() {
			http.Error(w, "draining", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	server := &http.Server{Addr: ":" + port, Handler: mux}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServe() }()
	select {
	case err := <-ended:
		return err
	case <-stop.Done():
	}
	draining.Store(true)
	server.SetKeepAlivesEnabled(false)
	time.Sleep(time.Duration(drain * float64(time.Second)))
	last, done := context.WithTimeout(context.Background(), 10*time.Second)
	defer done()
	return server.Shutdown(last)
}

// healthcheck asks whichever role runs in this container.
func healthcheck() error {
	client := &http.Client{Timeout: 2 * time.Second}
	var failures []error
	for _, port := range []string{webPort, apiPort} {
		response, err := client.Get("http://127.0.0.1:" + port + "/healthz")
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
			err = errors.New(response.Status)
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

func env(name, byDefault string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return byDefault
}

// ownAddress is the address under which this container reaches others.
func ownAddress(remote string) string {
	connection, err := net.Dial("udp", net.JoinHostPort(remote, "9"))
	if err != nil {
		return ""
	}
	defer connection.Close()
	host, _, _ := net.SplitHostPort(connection.LocalAddr().String())
	return host
}
