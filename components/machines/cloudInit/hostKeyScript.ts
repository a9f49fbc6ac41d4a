/**
 * Shell script that tells vCenter the machine's SSH host key through guestinfo, at each boot: the provider reads it
 * there and so knows the key before its first contact.
 */
export function hostKeyScript(key: string): string {
  return `#!/bin/sh
# Tells vCenter this machine's SSH host key, so that Slipway knows it before the first login.
set -eu
value="info-set ${key} $(cat /etc/ssh/ssh_host_ed25519_key.pub)"
if command -v vmware-rpctool >/dev/null; then
  vmware-rpctool "$value"
else
  vmtoolsd --cmd "$value"
fi
`;
}
