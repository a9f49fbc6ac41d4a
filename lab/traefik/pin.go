//go:build tools

// Package pin keeps Traefik's command among the requirements of this module.
package pin

import _ "github.com/traefik/traefik/v3/cmd/traefik"
