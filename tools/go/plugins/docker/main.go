// Command pulumi-resource-docker is the Docker provider for machines that reach package mirrors only:
// the Terraform provider for Docker behind Pulumi's bridge, with the official plugin's tokens.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-docker/shim"
)

// version is the release that @pulumi/docker on npm asks for, set by the linker.
var version = "0.0.0-dev"

func main() {
	provider := tfbridge.ProviderInfo{
		P:            sdkv2.NewProvider(shim.Provider(version)),
		Name:         "docker",
		Version:      version,
		MetadataInfo: info.NewProviderMetadata([]byte("{}")),
	}
	provider.MustComputeTokens(tokens.SingleModule("docker_", "index", tokens.MakeStandard("docker")))
	provider.SetAutonaming(255, "-")
	tfbridge.Main("docker", version, provider, []byte("{}"))
}
