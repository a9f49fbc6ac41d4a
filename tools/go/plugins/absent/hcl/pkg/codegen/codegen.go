// Package codegen stands in for the HCL generator, which the bridge links and Slipway never calls.
package codegen

import (
	"errors"

	"github.com/hashicorp/hcl/v2"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
)

// GenerateProgram fails: examples are not translated here.
func GenerateProgram(*pcl.Program, ...Option) (map[string][]byte, hcl.Diagnostics, error) {
	return nil, nil, errors.New("this build has no HCL generator")
}

// Option is a setting of the generator.
type Option struct{}

// SkipRequiredProvidersVersion is a setting that the bridge passes.
func SkipRequiredProvidersVersion() Option { return Option{} }
