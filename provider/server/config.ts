import type {
  DockerConnection,
  KubernetesConnection,
  ProviderConfig,
  RegistryCredential,
  StaticHost,
  VsphereConnection,
} from "../sdk/shapes";
import type { Problem } from "./handler";
import { isUnknown } from "./unknown";

/** Keys of the provider's configuration; structures travel as JSON texts (see `provider/sdk/resources.ts`). */
const keys = [
  "cluster",
  "user",
  "port",
  "privateKey",
  "vsphere",
  "hosts",
  "owner",
  "docker",
  "registries",
  "kubernetes",
] as const;
type Key = (typeof keys)[number];

const roles: ReadonlySet<unknown> = new Set(["manager", "controlPlane", "worker"]);
const fingerprintForm = /^SHA256:[A-Za-z0-9+/]{43}=?$/;

/** Configuration as it came: a text or structure per key, absent, or unknown during a preview. */
export type RawConfig = Readonly<Record<string, unknown>>;

/** Problems of the configuration, all at once. What is unknown during a preview is not judged. */
export function checkConfig(raw: RawConfig): readonly Problem[] {
  if (raw.docker !== undefined) return checkDockerConfig(raw);
  return raw.kubernetes === undefined ? checkHostsConfig(raw) : checkKubernetesConfig(raw);
}

function checkHostsConfig(raw: RawConfig): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (property: Key, reason: string) => {
    problems.push({ property, reason });
  };
  for (const key of ["cluster", "user", "privateKey"] as const) {
    const value = raw[key];
    if (isUnknown(value)) continue;
    if (typeof value !== "string" || value === "") report(key, `${key} is missing`);
  }
  if (typeof raw.cluster === "string" && !/^[^/\s]+\/[^/\s]+$/.test(raw.cluster)) {
    report("cluster", `must be <project>/<stack>; got ${JSON.stringify(raw.cluster)}`);
  }
  if (typeof raw.privateKey === "string" && !isPrivateKey(raw.privateKey)) {
    report(
      "privateKey",
      "is not a private key: give the content of the key file (it starts with -----BEGIN), not its path and not the public key",
    );
  }
  if (!isUnknown(raw.port) && portOf(raw.port) === undefined) {
    report("port", `must be a port from 1 to 65535; got ${JSON.stringify(raw.port)}`);
  }
  const vsphere = parsed(raw.vsphere, (reason) => {
    report("vsphere", reason);
  });
  const hosts = parsed(raw.hosts, (reason) => {
    report("hosts", reason);
  });
  if (!isUnknown(vsphere) && !isUnknown(hosts)) {
    if ((vsphere === undefined) === (hosts === undefined) && problems.length === 0) {
      report(
        "vsphere",
        "name either a vCenter (vsphere) or the existing hosts (hosts), exactly one of the two",
      );
    }
    if (vsphere !== undefined) problems.push(...checkVsphere(vsphere));
    if (hosts !== undefined) problems.push(...checkHosts(hosts));
  }
  return problems;
}

/** The configuration as typed data. Call only with what `checkConfig` has no problem with. */
export function parseConfig(raw: RawConfig): ProviderConfig {
  const problems = checkConfig(raw);
  if (problems.length > 0) {
    throw new Error(
      `slipway provider: ${problems.map((p) => `${p.property}: ${p.reason}`).join("; ")}`,
    );
  }
  const fail = (reason: string) => {
    throw new Error(reason);
  };
  if (raw.docker !== undefined) {
    return {
      owner: String(raw.owner),
      docker: parsed(raw.docker, fail) as DockerConnection,
      registries: (parsed(raw.registries, fail) ?? {}) as Record<string, RegistryCredential>,
    };
  }
  if (raw.kubernetes !== undefined) {
    return {
      owner: String(raw.owner),
      kubernetes: parsed(raw.kubernetes, fail) as KubernetesConnection,
    };
  }
  return {
    cluster: String(raw.cluster),
    user: String(raw.user),
    port: portOf(raw.port) ?? 22,
    privateKey: String(raw.privateKey),
    vsphere: parsed(raw.vsphere, fail) as VsphereConnection | undefined,
    hosts: parsed(raw.hosts, fail) as readonly StaticHost[] | undefined,
  };
}

/** Texts of the configuration that must never be shown. */
export function secretsOf(config: ProviderConfig): readonly string[] {
  if ("docker" in config) {
    const passwords = Object.values(config.registries).map(({ password }) => password);
    return [config.docker.clientKey, ...passwords];
  }
  if ("kubernetes" in config) return [config.kubernetes.clientKey];
  return [config.privateKey, ...(config.vsphere ? [config.vsphere.password] : [])];
}

export function changedConfigKeys(olds: RawConfig, news: RawConfig): readonly string[] {
  return keys.filter(
    (key) => isUnknown(news[key]) || JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
  );
}

function checkDockerConfig(raw: RawConfig): readonly Problem[] {
  const problems: Problem[] = [...checkOwner(raw)];
  const docker = parsed(raw.docker, (reason) => {
    problems.push({ property: "docker", reason });
  });
  parsed(raw.registries, (reason) => {
    problems.push({ property: "registries", reason });
  });
  if (isUnknown(docker) || typeof docker !== "object" || docker === null) return problems;
  const given = docker as Readonly<Record<string, unknown>>;
  problems.push(...checkTexts("docker", given, certificateKeys));
  if (!Array.isArray(given.endpoints) || given.endpoints.length === 0)
    problems.push({ property: "docker.endpoints", reason: "must name at least one manager" });
  return problems;
}

const certificateKeys = ["caCertificate", "clientCertificate", "clientKey"] as const;

function checkKubernetesConfig(raw: RawConfig): readonly Problem[] {
  const problems: Problem[] = [...checkOwner(raw)];
  const kubernetes = parsed(raw.kubernetes, (reason) => {
    problems.push({ property: "kubernetes", reason });
  });
  if (isUnknown(kubernetes) || typeof kubernetes !== "object" || kubernetes === null)
    return problems;
  const given = kubernetes as Readonly<Record<string, unknown>>;
  return [...problems, ...checkTexts("kubernetes", given, ["endpoint", ...certificateKeys])];
}

function checkOwner({ owner }: RawConfig): readonly Problem[] {
  if (isUnknown(owner) || (typeof owner === "string" && /^[^/\s]+\/[^/\s]+$/.test(owner)))
    return [];
  return [{ property: "owner", reason: `must be <project>/<stack>; got ${JSON.stringify(owner)}` }];
}

function checkTexts(
  property: Key,
  given: Readonly<Record<string, unknown>>,
  wanted: readonly string[],
): readonly Problem[] {
  return wanted.flatMap((key) =>
    typeof given[key] === "string" && given[key] !== ""
      ? []
      : [{ property: `${property}.${key}`, reason: "is missing" }],
  );
}

function isPrivateKey(text: string): boolean {
  return /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text.trim());
}

function portOf(value: unknown): number | undefined {
  const port = value === undefined || value === "" ? 22 : Number(value);
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? port : undefined;
}

function parsed(value: unknown, report: (reason: string) => void): unknown {
  if (isUnknown(value) || typeof value !== "string") return value;
  if (value === "") return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    report("is not valid JSON");
    return undefined;
  }
}

function checkVsphere(value: unknown): readonly Problem[] {
  if (typeof value !== "object" || value === null) {
    return [{ property: "vsphere", reason: "must have server, user and password" }];
  }
  const given = value as Readonly<Record<string, unknown>>;
  return (["server", "user", "password"] as const)
    .filter((key) => typeof given[key] !== "string" || given[key] === "")
    .map((key) => ({ property: `vsphere.${key}`, reason: "is missing" }));
}

function checkHosts(value: unknown): readonly Problem[] {
  if (!Array.isArray(value) || value.length === 0) {
    return [{ property: "hosts", reason: "must be a list with at least one host" }];
  }
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  (value as readonly Readonly<Record<string, unknown>>[]).forEach((host, index) => {
    const place = `hosts[${index}]`;
    for (const key of ["machine", "address"] as const) {
      const text = host[key];
      if (typeof text !== "string" || text === "") {
        problems.push({ property: `${place}.${key}`, reason: "is missing" });
        continue;
      }
      const first = seen.get(`${key} ${text}`);
      if (first === undefined) seen.set(`${key} ${text}`, index);
      else {
        problems.push({
          property: `${place}.${key}`,
          reason: `${text} is hosts[${first}] already; each host is listed once`,
        });
      }
    }
    if (!roles.has(host.role)) {
      problems.push({
        property: `${place}.role`,
        reason: `must be one of ${[...roles].join(", ")}`,
      });
    }
    const fingerprint = host.hostKey as string | undefined;
    if (fingerprint === undefined && host.trustOnFirstUse !== true) {
      problems.push({
        property: `${place}.hostKey`,
        reason: `is missing for ${String(host.machine)}: take it from the host's console with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub", or allow trustOnFirstUse`,
      });
    } else if (fingerprint !== undefined && !fingerprintForm.test(fingerprint)) {
      problems.push({
        property: `${place}.hostKey`,
        reason: `must be a fingerprint like SHA256:… as ssh-keygen -lf prints it; got ${JSON.stringify(fingerprint)}`,
      });
    }
  });
  return problems;
}
