//go:build pin

// Package pin holds the Pulumi CLI at the version of go.mod; it is built by import path.
package pin

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
