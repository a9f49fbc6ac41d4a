// Program shop is the sample application that rollouts are proved with: three services in one static program.
//
//	shop web          answers visitors: who it is, and what the api service says
//	shop api          answers web: what is in the store, signed; goes on with what it knows while the store is away
//	shop store        keeps the items in a file of /data
//	shop migrate      brings the store's schema to this version's, and ends
//	shop healthcheck  exits 0 when the service in this container is well
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
)

// version is set at build time.
var version = "0.0.0"

func main() {
	role := ""
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	log.SetFlags(log.LUTC | log.Ldate | log.Ltime)
	log.SetPrefix(fmt.Sprintf("shop %s %s: ", version, role))
	if err := run(role); err != nil {
		log.Fatal(err)
	}
}

func run(role string) error {
	switch role {
	case "web":
		return start(role, runWeb)
	case "api":
		return start(role, runAPI)
	case "store":
		return start(role, runStore)
	case "migrate":
		return runMigrate()
	case "healthcheck":
		return runHealthcheck()
	}
	return fmt.Errorf("unknown sub-command %q: use web, api, store, migrate or healthcheck", role)
}

func start(service string, run func() error) error {
	log.Print("starting")
	if reason := crash(service); reason != "" {
		log.Print("reading the price list")
		return errors.New(reason)
	}
	if reason := sickness(service); reason != "" {
		log.Printf("not well: %s", reason)
	}
	return run()
}
