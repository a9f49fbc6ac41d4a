// Command pulumi-resource-kubernetes is Pulumi's Kubernetes provider, unchanged, for machines that reach package mirrors
// only. The build puts the two files that it embeds beside this one: they are upstream's.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// version is the official release whose place this plugin takes, set by the linker.
var version = "0.0.0-dev"

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

func main() { provider.Serve("kubernetes", version, schema, terraformMapping) }
