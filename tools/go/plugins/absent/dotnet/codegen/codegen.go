// Package codegen stands in for the .NET generator, which the bridge links and Slipway never calls.
package codegen

import (
	"errors"

	"github.com/hashicorp/hcl/v2"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
)

// GenerateProgram fails: examples are not translated here.
func GenerateProgram(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error) {
	return nil, nil, errors.New("this build has no .NET generator")
}

// CSharpPackageInfo is what a schema says to the .NET generator about a package.
type CSharpPackageInfo struct {
	Compatibility                string
	PackageReferences            map[string]string
	Namespaces                   map[string]string
	RootNamespace                string
	DictionaryConstructors       bool
	ProjectReferences            []string
	LiftSingleValueMethodReturns bool
	RespectSchemaVersion         bool
}

// CSharpPropertyInfo is what a schema says about a property.
type CSharpPropertyInfo struct{ Name string }

// CSharpResourceInfo is what a schema says about a resource.
type CSharpResourceInfo struct{ Name string }
