// Command pulumi-language-nodejs runs Pulumi programs, policy packs and plugins that are written for
// Node.js, with the project's own @pulumi/pulumi. It stands in for the official language host on
// machines that reach package mirrors only, and speaks the same protocol.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// version is the Pulumi release that this host belongs to, set by the linker.
var version = "dev"

func main() {
	// The engine passes these to every language host; what they say comes again with each request.
	flag.String("tracing", "", "endpoint of a trace collector")
	flag.Bool("typescript", true, "run TypeScript through ts-node unless the project says otherwise")
	flag.String("packagemanager", "", "npm, yarn, pnpm or bun")
	flag.String("nodeargs", "", "arguments for Node.js")
	flag.String("root", "", "root of the project")
	flag.Parse()
	if err := serve(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-nodejs:", err)
		os.Exit(1)
	}
}

func serve(engine string) error {
	cancelled := make(chan bool)
	end := sync.OnceFunc(func() { close(cancelled) })
	host := &host{follow: func(engine string) error {
		// An engine that is killed tells nobody: without this, its host would stay for ever.
		return rpcutil.Healthcheck(context.Background(), engine, time.Second, end)
	}}
	if engine != "" {
		if err := host.attach(engine); err != nil {
			return err
		}
	}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancelled,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
		Options: rpcutil.OpenTracingServerInterceptorOptions(nil),
	})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port)
	return <-handle.Done
}
