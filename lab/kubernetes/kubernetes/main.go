// Program kubernetes is every command of Kubernetes in one file, under the name by which it is called: seven programs
// of their own would hold the same packages seven times. `kubernetes COMMAND …` works too, and `kubernetes` alone
// lists the commands.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	_ "time/tzdata" // CronJobs name time zones

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlerrors "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubeadm "k8s.io/kubernetes/cmd/kubeadm/app"
	kubeadmerrors "k8s.io/kubernetes/cmd/kubeadm/app/util/errors"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// commands by the names under which Kubernetes distributes them. Each ends the process itself.
var commands = map[string]func(){
	"kube-apiserver":          serve(apiserver.NewAPIServerCommand),
	"kube-controller-manager": serve(controllers.NewControllerManagerCommand),
	"kube-proxy":              serve(proxy.NewProxyCommand),
	"kube-scheduler":          serve(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubelet":                 serve(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
	"kubeadm": func() {
		kubeadmerrors.HandleError(kubeadm.Run())
		os.Exit(0)
	},
	"kubectl": func() {
		if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
			kubectlerrors.CheckErr(err)
		}
		os.Exit(0)
	},
}

func serve(command func() *cobra.Command) func() {
	return func() { os.Exit(cli.Run(command())) }
}

func main() {
	if run := chosen(); run != nil {
		run()
	}
	fmt.Fprintf(os.Stderr, "usage: kubernetes COMMAND [ARGUMENT]..., or a link to it under a command's name\ncommands: %s\n", strings.Join(names(), " "))
	os.Exit(2)
}

// chosen is the command that the program's own name tells, or else its first argument.
func chosen() func() {
	if run := commands[filepath.Base(os.Args[0])]; run != nil {
		return run
	}
	if len(os.Args) < 2 {
		return nil
	}
	os.Args = os.Args[1:]
	return commands[os.Args[0]]
}

func names() []string {
	all := make([]string, 0, len(commands))
	for name := range commands {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
