// Command pulumi-resource-vsphere is the vSphere provider for machines that reach package mirrors
// only: HashiCorp's Terraform provider behind Pulumi's bridge, with the official plugin's tokens.
//
//	pulumi-resource-vsphere sdk FOLDER    writes the source of @pulumi/vsphere into the folder
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-sdk/helper/schema"
	"github.com/hashicorp/terraform-provider-vsphere/vsphere"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	sdkv1 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v1"
)

// version is the official release whose place this plugin takes, set by the linker.
var version = "0.0.0-dev"

// The heap of a plugin is small and short-lived: collecting it less often saves a fifth of a large preview.
const collectAtPercent = 400

func provider() tfbridge.ProviderInfo {
	result := tfbridge.ProviderInfo{
		P:            quieted(sdkv1.NewProvider(vsphere.Provider().(*schema.Provider))),
		Name:         "vsphere",
		Version:      version,
		GitHubOrg:    "hashicorp",
		MetadataInfo: info.NewProviderMetadata([]byte("{}")),
		JavaScript:   &tfbridge.JavaScriptInfo{RespectSchemaVersion: true},
	}
	result.MustComputeTokens(tokens.SingleModule("vsphere_", "index", tokens.MakeStandard("vsphere")))
	result.SetAutonaming(80, "-")
	return result
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "sdk" {
		if err := writeSDK(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, "pulumi-resource-vsphere:", err)
			os.Exit(1)
		}
		return
	}
	debug.SetGCPercent(collectAtPercent)
	tfbridge.Main("vsphere", version, provider(), []byte("{}"))
}
