package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// bailed is how the Node.js SDK ends when it has already told the user what is wrong.
const bailed = 32

func (h *host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	runner, err := runnerOf(request.Info.ProgramDirectory, "run")
	if err != nil {
		return nil, err
	}
	environment, err := runEnvironment(request)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, "node", runArguments(runner, h.engine, request)...)
	command.Dir = request.Info.ProgramDirectory
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.Env = append(os.Environ(), environment...)
	var exit *exec.ExitError
	switch err := command.Run(); {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &exit) && exit.ExitCode() == bailed:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &exit):
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program exited with %s", exit.ProcessState)}, nil
	default:
		return nil, err
	}
}

// runArguments is the command line of Node.js: its own arguments, the SDK's runner, and what the runner wants to know.
func runArguments(runner, engine string, request *pulumirpc.RunRequest) []string {
	arguments := nodeArguments(request.Info)
	arguments = append(arguments, runner,
		"--monitor", request.MonitorAddress, "--engine", engine,
		"--organization", request.Organization, "--project", request.Project, "--stack", request.Stack,
		"--pwd", request.Info.ProgramDirectory, "--root-directory", request.Info.RootDirectory,
		"--parallel", fmt.Sprint(request.Parallel))
	if request.DryRun {
		arguments = append(arguments, "--dry-run")
	}
	arguments = append(arguments, request.Info.EntryPoint)
	return append(arguments, request.Args...)
}

func runEnvironment(request *pulumirpc.RunRequest) ([]string, error) {
	// nil would become "null", which the SDK cannot read.
	config, secrets := request.Config, request.ConfigSecretKeys
	if config == nil {
		config = map[string]string{}
	}
	if secrets == nil {
		secrets = []string{}
	}
	values, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	keys, err := json.Marshal(secrets)
	if err != nil {
		return nil, err
	}
	return append(typescriptEnvironment(request.Info),
		"PULUMI_CONFIG="+string(values), "PULUMI_CONFIG_SECRET_KEYS="+string(keys)), nil
}

// nodeArguments splits the runtime option `nodeargs` at blanks, as the official host does.
func nodeArguments(info *pulumirpc.ProgramInfo) []string {
	text, _ := info.GetOptions().AsMap()["nodeargs"].(string)
	return strings.Fields(text)
}

// typescriptEnvironment asks the SDK to run TypeScript through ts-node, unless the project turns that off.
func typescriptEnvironment(info *pulumirpc.ProgramInfo) []string {
	if wanted, said := info.GetOptions().AsMap()["typescript"].(bool); said && !wanted {
		return nil
	}
	return []string{"PULUMI_NODEJS_TYPESCRIPT=true"}
}

// runnerOf finds @pulumi/pulumi/cmd/<name> in the node_modules of folder or of one above it.
func runnerOf(folder, name string) (string, error) {
	for at := folder; ; at = filepath.Dir(at) {
		runner := filepath.Join(at, "node_modules", "@pulumi", "pulumi", "cmd", name)
		if _, err := os.Stat(runner); err == nil {
			return runner, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("@pulumi/pulumi is not installed in %s or above: run `make setup`", folder)
		}
	}
}

// RunPlugin runs a policy pack or a provider that is a Node.js program.
func (h *host) RunPlugin(request *pulumirpc.RunPluginRequest, stream grpc.ServerStreamingServer[pulumirpc.RunPluginResponse]) error {
	folder := request.Info.ProgramDirectory
	name, arguments := "run-plugin", append([]string{folder}, request.Args...)
	if request.Kind == "analyzer" {
		name, arguments = "run-policy-pack", append(append([]string{}, request.Args...), folder)
	}
	runner, err := runnerOf(folder, name)
	if err != nil {
		return err
	}
	command := exec.CommandContext(stream.Context(), "node", append(append(nodeArguments(request.Info), runner), arguments...)...)
	command.Dir = request.Pwd
	command.Env = append(append(os.Environ(), request.Env...), typescriptEnvironment(request.Info)...)
	command.Stdout = writer(func(b []byte) error {
		return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stdout{Stdout: b}})
	})
	command.Stderr = writer(func(b []byte) error {
		return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stderr{Stderr: b}})
	})
	var exit *exec.ExitError
	code := 0
	if err := command.Run(); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		return err
	}
	return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)}})
}
