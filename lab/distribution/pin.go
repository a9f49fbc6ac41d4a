//go:build tools

// Package pin keeps distribution's command among the requirements of this module.
package pin

import _ "github.com/distribution/distribution/v3/cmd/registry"
