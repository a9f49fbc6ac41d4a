import type { VsphereConnection } from "../provider/sdk";

/** The official provider's configuration keys that count here, with its environment variables. */
const variables = {
  vsphereServer: "VSPHERE_SERVER",
  user: "VSPHERE_USER",
  password: "VSPHERE_PASSWORD",
  allowUnverifiedSsl: "VSPHERE_ALLOW_UNVERIFIED_SSL",
} as const;
type Key = keyof typeof variables;

export const vsphereKeys = Object.keys(variables) as readonly Key[];

interface Setting {
  readonly value: string;
  /** What the user has set: `vsphere:user` or `VSPHERE_USER`. */
  readonly source: string;
}

/**
 * How vCenter is reached: configuration first, the environment second, as the lab and CI set that.
 *
 * @param configured reads a key of the configuration's namespace `vsphere`.
 * @param report is told everything that is missing or malformed.
 */
export function readVsphereConnection(
  configured: (key: Key) => string | undefined,
  environment: NodeJS.ProcessEnv,
  report: (problem: string) => void,
): VsphereConnection | undefined {
  const setting = (key: Key): Setting | undefined => {
    const value = configured(key);
    if (value !== undefined && value !== "") return { value, source: `vsphere:${key}` };
    const variable = variables[key];
    const fallback = environment[variable];
    return fallback === undefined || fallback === ""
      ? undefined
      : { value: fallback, source: variable };
  };
  const wanted = (key: Key, problemOf: (value: string) => string | undefined, option = "") => {
    const found = setting(key);
    if (found === undefined) {
      report(
        `vSphere: ${variables[key]} is not set; set it, or run \`pulumi config set${option} vsphere:${key}\``,
      );
      return undefined;
    }
    const problem = problemOf(found.value);
    if (problem === undefined) return found.value;
    report(`vSphere: ${found.source} ${problem}`);
    return undefined;
  };
  const server = wanted("vsphereServer", serverProblem);
  const user = wanted("user", spaceProblem);
  const password = wanted("password", passwordProblem, " --secret");
  const unverified = setting("allowUnverifiedSsl");
  const allowUnverifiedSsl = unverified === undefined ? false : truth(unverified.value);
  if (allowUnverifiedSsl === undefined) {
    report(
      `vSphere: ${unverified?.source ?? ""} must be true or false; got ${JSON.stringify(unverified?.value)}`,
    );
    return undefined;
  }
  if (server === undefined || user === undefined || password === undefined) return undefined;
  return { server, user, password, allowUnverifiedSsl };
}

function serverProblem(server: string): string | undefined {
  const spaces = spaceProblem(server);
  if (spaces !== undefined) return spaces;
  if (/^(?:[^\s/:@[\]]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(server)) return undefined;
  // Whoever writes a URL may have put user and password in it.
  const bare = server
    .replace(/^\w+:\/\//, "")
    .replace(/^[^/]*@/, "")
    .replace(/[/?#].*$/, "");
  const got = server.includes("@") ? "" : `got ${JSON.stringify(server)}, `;
  const example = /^[\w.-]+(?::\d+)?$/.test(bare) ? bare : "vcenter.example.com";
  return `must be vCenter's name, with :port where that is not 443, without https:// and path; ${got}set it to ${example}`;
}

function spaceProblem(value: string): string | undefined {
  if (value === value.trim()) return undefined;
  return `has a space or a line break at its start or end; got ${JSON.stringify(value)}, set it to ${value.trim()}`;
}

/** A password may have spaces wherever it likes, but whoever typed it ended with Enter. */
export function passwordProblem(password: string): string | undefined {
  return /[\r\n]/.test(password)
    ? "has a line break, as a file that was read whole has at its end; set it without"
    : undefined;
}

/** A truth value as the official provider reads it. */
function truth(text: string): boolean | undefined {
  if (/^(?:true|t|1)$/i.test(text)) return true;
  return /^(?:false|f|0)$/i.test(text) ? false : undefined;
}
