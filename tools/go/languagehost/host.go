package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// host implements the language runtime protocol for Node.js.
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	// Address of the engine that this host works for.
	engine string
	// follow ends the host when the engine at the address ends.
	follow func(engine string) error
}

func (h *host) attach(engine string) error {
	if engine == h.engine {
		return nil
	}
	h.engine = engine
	return h.follow(engine)
}

func (h *host) Handshake(_ context.Context, request *pulumirpc.LanguageHandshakeRequest) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, h.attach(request.EngineAddress)
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version}, nil
}

func (h *host) About(context.Context, *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("node is not on the PATH: install Node.js 20.11 or later")
	}
	return &pulumirpc.AboutResponse{Executable: node}, nil
}

func (h *host) InstallDependencies(request *pulumirpc.InstallDependenciesRequest, stream grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse]) error {
	command := exec.CommandContext(stream.Context(), "npm", "ci")
	command.Dir = request.Info.ProgramDirectory
	send := func(response *pulumirpc.InstallDependenciesResponse) error { return stream.Send(response) }
	command.Stdout = writer(func(b []byte) error { return send(&pulumirpc.InstallDependenciesResponse{Stdout: b}) })
	command.Stderr = writer(func(b []byte) error { return send(&pulumirpc.InstallDependenciesResponse{Stderr: b}) })
	return command.Run()
}

func (h *host) GetRequiredPackages(_ context.Context, request *pulumirpc.GetRequiredPackagesRequest) (*pulumirpc.GetRequiredPackagesResponse, error) {
	response := &pulumirpc.GetRequiredPackagesResponse{}
	for folder := request.Info.ProgramDirectory; ; folder = filepath.Dir(folder) {
		response.Packages = append(response.Packages, resourcePackages(filepath.Join(folder, "node_modules"))...)
		if folder == filepath.Dir(folder) {
			return response, nil
		}
	}
}

// writer sends what a process prints over a stream.
type writer func([]byte) error

func (w writer) Write(b []byte) (int, error) { return len(b), w(append([]byte(nil), b...)) }
