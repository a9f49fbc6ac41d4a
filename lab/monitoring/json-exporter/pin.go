//go:build tools

// Package pin keeps json-exporter among the requirements of this module.
package pin

import _ "github.com/prometheus-community/json_exporter"
