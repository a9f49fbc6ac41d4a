package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// resourcePackages are the installed Pulumi packages that need a resource plugin, as their package.json says.
func resourcePackages(nodeModules string) []*pulumirpc.PackageDependency {
	files, _ := filepath.Glob(filepath.Join(nodeModules, "@pulumi", "*", "package.json"))
	var found []*pulumirpc.PackageDependency
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			continue // A dangling link: `make setup` generates what it points to.
		}
		if dependency := pluginOf(content, filepath.Base(filepath.Dir(file))); dependency != nil {
			found = append(found, dependency)
		}
	}
	return found
}

// pluginOf is the plugin that the package asks for; nil for packages without one.
func pluginOf(packageJSON []byte, folder string) *pulumirpc.PackageDependency {
	var manifest struct {
		Version string
		Pulumi  struct {
			Resource      bool
			Name, Version string
			Server        string
		}
	}
	if json.Unmarshal(packageJSON, &manifest) != nil || !manifest.Pulumi.Resource {
		return nil
	}
	name, version := manifest.Pulumi.Name, manifest.Pulumi.Version
	if name == "" {
		name = folder
	}
	if version == "" {
		version = manifest.Version
	}
	return &pulumirpc.PackageDependency{
		Name: name, Kind: "resource", Server: manifest.Pulumi.Server, Version: "v" + strings.TrimPrefix(version, "v"),
	}
}
