// cAdvisor's library as a program, with those of its command's flags that Slipway sets, under their names.
//
// The command itself is a Go module of its own that is not served. It has web pages and stores besides; what Prometheus
// reads is made by the library.
package main

import (
	"flag"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/google/cadvisor/cache/memory"
	"github.com/google/cadvisor/container"
	_ "github.com/google/cadvisor/container/docker/install"
	v2 "github.com/google/cadvisor/info/v2"
	"github.com/google/cadvisor/manager"
	"github.com/google/cadvisor/metrics"
	"github.com/google/cadvisor/utils/sysfs"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"k8s.io/utils/clock"
)

// What is kept of each container: metrics are read from the newest figures.
const storageDuration = 2 * time.Minute

func main() {
	enabled := container.MetricSet{}
	flag.Var(&enabled, "enable_metrics", "kinds of metrics, with commas between")
	labels := flag.String("whitelisted_container_labels", "", "labels of containers that metrics have, with commas between")
	flag.Bool("store_container_labels", false, "all labels of containers: never here")
	maxInterval := flag.Duration("max_housekeeping_interval", time.Minute, "longest time between two looks at a container")
	dynamic := flag.Bool("allow_dynamic_housekeeping", true, "look less often at containers that rest")
	flag.Parse()

	housekeeping := manager.HousekeepingConfig{Interval: maxInterval, AllowDynamic: dynamic}
	watcher, err := manager.New(
		memory.New(storageDuration, nil), sysfs.NewRealSysFs(), housekeeping, enabled, http.DefaultClient,
		[]string{"/"}, nil, "", 0,
	)
	if err != nil {
		log.Fatalf("what there is can't be watched: %v", err)
	}
	if err := watcher.Start(); err != nil {
		log.Fatalf("watching can't start: %v", err)
	}

	registry := prometheus.NewRegistry()
	request := v2.RequestOptions{IdType: v2.TypeName, Count: 1, Recursive: true}
	registry.MustRegister(
		metrics.NewPrometheusCollector(
			watcher, metrics.BaseContainerLabels(strings.Split(*labels, ",")), enabled, clock.RealClock{}, request,
		),
		metrics.NewPrometheusMachineCollector(watcher, enabled),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })
	log.Fatal(http.ListenAndServe(":8080", nil))
}
