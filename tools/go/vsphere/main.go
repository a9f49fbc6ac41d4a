// Command pulumi-resource-vsphere is the vSphere provider for machines that reach package mirrors
// only: HashiCorp's Terraform provider behind Pulumi's bridge, with the official plugin's tokens.
//
//	pulumi-resource-vsphere schema    prints the package schema, from which @pulumi/vsphere is generated
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-sdk/helper/schema"
	"github.com/hashicorp/terraform-provider-vsphere/vsphere"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"
	sdkv1 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v1"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
)

// The official release whose place this plugin takes: an engine that reaches the internet downloads that one.
const version = "4.10.0"

// The heap of a plugin is small and short-lived: collecting it less often saves a fifth of a large preview.
const collectAtPercent = 400

func provider() tfbridge.ProviderInfo {
	result := tfbridge.ProviderInfo{
		P:            sdkv1.NewProvider(vsphere.Provider().(*schema.Provider)),
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
	if len(os.Args) > 1 && os.Args[1] == "schema" {
		if err := printSchema(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	debug.SetGCPercent(collectAtPercent)
	tfbridge.Main("vsphere", version, provider(), []byte("{}"))
}

func printSchema() error {
	sink := diag.DefaultSink(os.Stderr, os.Stderr, diag.FormatOptions{Color: colors.Never})
	spec, err := tfgen.GenerateSchema(provider(), sink)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(spec)
}
