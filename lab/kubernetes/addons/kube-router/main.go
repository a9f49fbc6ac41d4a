// Program kube-router is the part of kube-router that enforces network policies, under its flags and its health port.
// Routes and services are others' work in the lab (`--run-router`, `--run-service-proxy`), and the modules that these
// are made of can't all be had there.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/cloudnativelabs/kube-router/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/pkg/options"
	"github.com/cloudnativelabs/kube-router/pkg/version"
	"github.com/spf13/pflag"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// Heartbeats that may wait until the health controller looks.
const heartbeats = 10

func main() {
	if err := start(); err != nil {
		fmt.Fprintln(os.Stderr, "kube-router:", err)
		os.Exit(1)
	}
}

func start() error {
	klog.InitFlags(nil)
	config := options.NewKubeRouterConfig()
	config.AddFlags(pflag.CommandLine)
	pflag.Parse()
	if config.Version {
		version.PrintVersion(false)
		return nil
	}
	if config.RunRouter || config.RunServiceProxy || !config.RunFirewall {
		return errors.New("this build enforces network policies and nothing else: give --run-router=false --run-service-proxy=false --run-firewall=true")
	}
	if err := flag.Set("v", config.VLevel); err != nil {
		return err
	}
	// With neither flag, it is the pod's own service account.
	access, err := clientcmd.BuildConfigFromFlags(config.Master, config.Kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(access)
	if err != nil {
		return err
	}
	return enforce(client, config)
}

// enforce keeps the node's packet filter as the cluster's policies want it, until the process is told to end.
func enforce(client kubernetes.Interface, config *options.KubeRouterConfig) error {
	stop := make(chan struct{})
	var work sync.WaitGroup
	health, err := healthcheck.NewHealthController(config)
	if err != nil {
		return err
	}
	work.Add(1)
	go health.RunServer(stop, &work)

	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	factory.Start(stop)
	for kind, synced := range factory.WaitForCacheSync(stop) {
		if !synced {
			return fmt.Errorf("%s could not be listed", kind)
		}
	}
	health.SetAlive()
	beats := make(chan *healthcheck.ControllerHeartbeat, heartbeats)
	work.Add(1)
	go health.RunCheck(beats, stop, &work)

	var sets sync.Mutex
	controller, err := netpol.NewNetworkPolicyController(client, config, pods, policies, namespaces, &sets)
	if err != nil {
		return err
	}
	for informer, handler := range map[cache.SharedIndexInformer]cache.ResourceEventHandler{
		pods: controller.PodEventHandler, namespaces: controller.NamespaceEventHandler, policies: controller.NetworkPolicyEventHandler,
	} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}
	work.Add(1)
	go controller.Run(beats, stop, &work)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	<-signals
	close(stop)
	work.Wait()
	return nil
}
