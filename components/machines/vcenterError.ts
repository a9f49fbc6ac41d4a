/** Why a look-up failed, in words for the user. */
export type LookUpFailure =
  /** vCenter could not be asked at all: every other look-up fails the same way. */
  | { readonly kind: "connection"; readonly message: string }
  | { readonly kind: "object"; readonly message: string };

/** What was looked for. */
export interface Sought {
  /** `datastore`, `template`, … */
  readonly what: string;
  readonly name: string;
  /** Place where it must be (`datacenter DC0`); absent for what belongs to the whole vCenter. */
  readonly where?: string;
  /** Property of `cluster.yml` that names it. */
  readonly property: string;
  /** What else may be the reason when it is not found. */
  readonly hint?: string;
  /** Form of its inventory path (`/DC0/vm/<folder>/debian-12`), for what may have a namesake in another folder. */
  readonly inventoryPath?: string;
}

/** Provider's words before the reason: the function's token, once or twice, and the step. */
const wrapping =
  /^(?:invocation of \S+ returned an error: |invoking \S+: |error (?:fetching|loading) [\w ]+: |cannot locate [\w ]+: )+/;
const notConnected = /error setting up new vSphere \w+ client: (.*)$/s;

/** Turns what the vSphere provider reports into what is wrong and what to do. */
export function explainLookUp(error: unknown, sought: Sought, server: string): LookUpFailure {
  const text = error instanceof Error ? error.message : String(error);
  const connection = notConnected.exec(text)?.[1];
  if (connection !== undefined) {
    return { kind: "connection", message: `vSphere: ${explainConnection(connection, server)}` };
  }
  const { what, name, where, property, hint, inventoryPath } = sought;
  const thing = `${what} ${JSON.stringify(name)}`;
  const place = where === undefined ? "" : ` in ${where}`;
  const failed = (message: string): LookUpFailure => ({
    kind: "object",
    message: `vSphere: ${thing} ${message}`,
  });
  const reason = text.replace(wrapping, "");
  if (/\bnot found\b/.test(text)) {
    return failed(
      `was not found${place}; correct ${property} in the cluster's file, or grant the vCenter user the right to see it${hint === undefined ? "" : ` (${hint})`}`,
    );
  }
  if (/resolves to multiple|multiple .* found|more than one/i.test(text)) {
    const form = inventoryPath === undefined ? "" : `, as ${inventoryPath}`;
    return failed(
      `is ambiguous${place}, several objects have that name; give its inventory path in ${property}${form}, or rename one of them`,
    );
  }
  if (/permission|not authori[sz]ed/i.test(reason)) {
    return failed(
      `may not be read${place} by the vCenter user (${reason}); give that user the rights that docs/vsphere.md lists`,
    );
  }
  return failed(`could not be looked up${place}: ${reason}`);
}

/** What a vCenter that can't be asked needs, in words for the user. */
export function explainConnection(reason: string, server: string): string {
  const last = lastPart(reason);
  if (/Login failure|InvalidLogin|incorrect user name or password/i.test(reason)) {
    return `vCenter ${server} refuses the login; correct the user and the password (VSPHERE_USER and VSPHERE_PASSWORD, or \`pulumi config set vsphere:user …\` and \`pulumi config set --secret vsphere:password\`)`;
  }
  if (/certificate has expired/i.test(reason)) {
    return `the certificate of vCenter ${server} is out of date (${last}); renew it in vCenter, or correct the clock of this machine`;
  }
  if (/certificate is valid for|not valid for any names|IP SANs/i.test(reason)) {
    return `the certificate of vCenter ${server} is for another name (${last}); ${setServer("a name that the certificate has")}`;
  }
  if (/x509|certificate/i.test(reason)) {
    return `the certificate of vCenter ${server} is not trusted (${last}); name the file of its authority in SSL_CERT_FILE and NODE_EXTRA_CA_CERTS, or, for labs only, set vsphere:allowUnverifiedSsl to true`;
  }
  if (refusedByProxy.test(reason)) {
    return `vCenter ${server} can't be reached through the proxy (${last}); name vCenter in NO_PROXY, or correct HTTPS_PROXY`;
  }
  if (notVcenter.test(reason)) {
    return `something answers at ${server}, but it is no vCenter (${last}); ${setServer("vCenter's name or name:port")}, and where a proxy is set name vCenter in NO_PROXY`;
  }
  if (/: 50\d /.test(reason)) {
    return `vCenter ${server} is not ready (${last}); run this again when its services have started`;
  }
  if (/no such host|dial tcp|connect|timeout|deadline|EOF|unreachable|no answer/i.test(reason)) {
    return `vCenter ${server} can't be reached (${last}); check vsphere:vsphereServer or VSPHERE_SERVER, and the network between`;
  }
  return `vCenter ${server} can't be used: ${reason}`;
}

/** Go's words where the proxy does not answer, and where it answers with a status. */
const refusedByProxy =
  /proxyconnect|^Post "\S+": (?:Forbidden|Proxy Authentication Required|Bad Gateway|Service Unavailable|Gateway Timeout)$/;
const notVcenter =
  /: [34]\d\d |expected element type|HTTP response to HTTPS client|does not look like a TLS handshake|XML syntax error/;

function setServer(what: string): string {
  return `set vsphere:vsphereServer or VSPHERE_SERVER to ${what}`;
}

/** The innermost reason of an error chain of Go: `Post "https://…": dial tcp …: connection refused`. */
function lastPart(reason: string): string {
  return reason.split(": ").at(-1) ?? reason;
}
