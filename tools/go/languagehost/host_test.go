package main

import (
	"reflect"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

func info(t *testing.T, options map[string]any) *pulumirpc.ProgramInfo {
	t.Helper()
	converted, err := structpb.NewStruct(options)
	if err != nil {
		t.Fatal(err)
	}
	return &pulumirpc.ProgramInfo{RootDirectory: "/site", ProgramDirectory: "/site/stacks", EntryPoint: ".", Options: converted}
}

func TestNodeArgumentsStandBeforeTheRunner(t *testing.T) {
	request := &pulumirpc.RunRequest{Info: info(t, map[string]any{"nodeargs": "--require  tsx/cjs"}), Project: "p", Stack: "s", Organization: "o", MonitorAddress: "m", Parallel: 8, DryRun: true}
	got := runArguments("/run", "e", request)
	want := []string{"--require", "tsx/cjs", "/run", "--monitor", "m", "--engine", "e", "--organization", "o", "--project", "p", "--stack", "s",
		"--pwd", "/site/stacks", "--root-directory", "/site", "--parallel", "8", "--dry-run", "."}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestTypeScriptIsOnUnlessTurnedOff(t *testing.T) {
	if len(typescriptEnvironment(info(t, nil))) != 1 {
		t.Error("without the option, ts-node is expected")
	}
	if len(typescriptEnvironment(info(t, map[string]any{"typescript": false}))) != 0 {
		t.Error("typescript: false was ignored")
	}
}

func TestAPackageNamesItsPlugin(t *testing.T) {
	plugin := pluginOf([]byte(`{"version":"5.2.0","pulumi":{"resource":true,"name":"docker"}}`), "docker")
	if plugin == nil || plugin.Name != "docker" || plugin.Version != "v5.2.0" {
		t.Errorf("got %v", plugin)
	}
	if pluginOf([]byte(`{"version":"1.0.0"}`), "policy") != nil {
		t.Error("a package without a plugin got one")
	}
}
