// Package shim stands inside the Docker provider's module path, and so may import its internal package.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// Provider is the Terraform provider for Docker.
func Provider(version string) *schema.Provider { return provider.New(version)() }
