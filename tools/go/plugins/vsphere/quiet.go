package main

import (
	"context"
	"io"
	"log"
	"os"

	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// quiet is a provider whose log goes nowhere. The bridge sends each line to the engine as a debug message, in a call that
// waits for its answer: a fifth of the CPU time of an update, for what is shown to nobody who does not ask for it. It turns
// the log to the engine before each operation, so that each operation has to turn it away again.
type quiet struct{ shim.Provider }

// quieted leaves the log alone where TF_LOG asks for it.
func quieted(provider shim.Provider) shim.Provider {
	if os.Getenv("TF_LOG") != "" {
		return provider
	}
	return quiet{provider}
}

func discardLog() { log.SetOutput(io.Discard) }

func (p quiet) Diff(
	ctx context.Context, t string, s shim.InstanceState, c shim.ResourceConfig, opts shim.DiffOptions,
) (shim.InstanceDiff, error) {
	discardLog()
	return p.Provider.Diff(ctx, t, s, c, opts)
}

func (p quiet) Apply(
	ctx context.Context, t string, s shim.InstanceState, d shim.InstanceDiff,
) (shim.InstanceState, error) {
	discardLog()
	return p.Provider.Apply(ctx, t, s, d)
}

func (p quiet) Refresh(
	ctx context.Context, t string, s shim.InstanceState, c shim.ResourceConfig,
) (shim.InstanceState, error) {
	discardLog()
	return p.Provider.Refresh(ctx, t, s, c)
}

func (p quiet) ReadDataApply(ctx context.Context, t string, d shim.InstanceDiff) (shim.InstanceState, error) {
	discardLog()
	return p.Provider.ReadDataApply(ctx, t, d)
}
