// Package dns stands in for the package of this name in go-acme/lego while the lab builds Traefik. The original knows
// some 160 DNS services for ACME's DNS challenge and brings the SDK of each along: a third of all packages, for
// something that no cluster behind a mirror uses. Everything else of Traefik is as its authors wrote it.
package dns

import (
	"fmt"

	"github.com/go-acme/lego/v4/challenge"
)

// NewDNSChallengeProviderByName says that this build has no DNS challenge.
func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, fmt.Errorf("DNS challenge with %q: the lab's Traefik is built without it; use certificates from files, or the image of the Traefik project", name)
}
