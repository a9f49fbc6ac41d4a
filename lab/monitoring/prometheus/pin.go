//go:build tools

// Package pin keeps Prometheus among the requirements of this module.
package pin

import (
	_ "github.com/prometheus/prometheus/cmd/prometheus"
	_ "github.com/prometheus/prometheus/cmd/promtool"
)
