/** Every object that vSphere does not have, or the one reason why it could not be asked. */
export class LookupError extends Error {
  constructor(readonly problems: readonly string[]) {
    // One reason for all of them (a wrong password, say) is said once.
    super([...new Set(problems)].join("\n"));
    this.name = "LookupError";
  }
}

const reasons: readonly { readonly pattern: RegExp; readonly text: string }[] = [
  {
    pattern: /incorrect user name or password|InvalidLogin|Login failure/i,
    text: "vCenter refused user name or password: check vsphere:user and vsphere:password (or VSPHERE_USER and VSPHERE_PASSWORD)",
  },
  {
    pattern: /x509:|certificate signed by unknown authority|certificate is not trusted/i,
    text: "vCenter's certificate is not trusted: trust its authority on this machine, or, in a lab, set vsphere:allowUnverifiedSsl to true",
  },
  {
    pattern: /connection refused|no such host|i\/o timeout|no route to host|connect: /i,
    text: "vCenter cannot be reached: check vsphere:vsphereServer (or VSPHERE_SERVER) and the network",
  },
  {
    pattern: /missing required configuration|vsphere_server must be provided|must be set/i,
    text: "vCenter's address or credentials are missing: set vsphere:vsphereServer, vsphere:user and vsphere:password (or VSPHERE_SERVER, VSPHERE_USER, VSPHERE_PASSWORD)",
  },
];

/** Says in one line what a failed look-up means and what to do. */
export function explain(what: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const known = reasons.find(({ pattern }) => pattern.test(message));
  if (known !== undefined) return known.text;
  const said = message
    .split("\n")
    .map((line) => line.replace(/^.*?(error|Error): /, "").trim())
    .find((line) => line !== "");
  if (/resolves to multiple|multiple/i.test(message))
    return `vSphere: ${what} is ambiguous: give its inventory path. vCenter says: ${said ?? message}`;
  if (/not found/i.test(message))
    return `vSphere: ${what} was not found: it must exist, Slipway looks it up and never creates it`;
  return `vSphere: ${what} could not be looked up. vCenter says: ${said ?? message}`;
}
