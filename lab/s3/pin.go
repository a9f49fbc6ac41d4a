//go:build tools

// Package pin keeps gofakes3's command among the requirements of this module.
package pin

import _ "github.com/johannesboyne/gofakes3/cmd/gofakes3"
