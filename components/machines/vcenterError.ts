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
  const { what, name, where, property } = sought;
  const thing = `${what} ${JSON.stringify(name)}`;
  const place = where === undefined ? "" : ` in ${where}`;
  const failed = (message: string): LookUpFailure => ({
    kind: "object",
    message: `vSphere: ${thing} ${message}`,
  });
  if (/\bnot found\b/.test(text)) {
    return failed(
      `was not found${place}; correct ${property} in the cluster's file, or grant the vCenter user the right to see it`,
    );
  }
  if (/resolves to multiple|multiple .* found|more than one/i.test(text)) {
    return failed(
      `is ambiguous${place}, several objects have that name; give its inventory path in ${property}`,
    );
  }
  return failed(`could not be looked up${place}: ${text.replace(wrapping, "")}`);
}

function explainConnection(reason: string, server: string): string {
  if (/Login failure|InvalidLogin|incorrect user name or password/i.test(reason)) {
    return `vCenter ${server} refuses the login; correct the user and the password (VSPHERE_USER and VSPHERE_PASSWORD, or \`pulumi config set vsphere:user …\` and \`pulumi config set --secret vsphere:password\`)`;
  }
  if (/x509|certificate/i.test(reason)) {
    return `the certificate of vCenter ${server} is not trusted (${lastPart(reason)}); install its authority on this machine (SSL_CERT_FILE), or, for labs only, set vsphere:allowUnverifiedSsl to true`;
  }
  if (/no such host|dial tcp|connect|timeout|deadline|EOF|unreachable/i.test(reason)) {
    return `vCenter ${server} can't be reached (${lastPart(reason)}); check vsphere:vsphereServer or VSPHERE_SERVER, and the network between`;
  }
  return `vCenter ${server} can't be used: ${reason}`;
}

/** The innermost reason of an error chain of Go: `Post "https://…": dial tcp …: connection refused`. */
function lastPart(reason: string): string {
  return reason.split(": ").at(-1) ?? reason;
}
