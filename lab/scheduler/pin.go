//go:build tools

// Package pin keeps swarm-cronjob's command among the requirements of this module.
package pin

import _ "github.com/crazy-max/swarm-cronjob/cmd"
