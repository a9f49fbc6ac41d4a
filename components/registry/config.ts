import { stringify } from "yaml";
import { derived } from "../platform/derived";
import { dataFolder, files, pathOf, processes, type Process } from "./names";
import type { OwnRegistrySpec } from "./own";

/** Credentials that only the registry's own configuration has. */
export interface StorageSecrets {
  readonly s3?: { readonly accessKey: string; readonly secretKey: string };
  /** Password of the cache's user at its upstream. */
  readonly cachePassword?: string;
}

/** How long a process that is to stop lets requests finish, seconds. */
export const drainSeconds = 20;

/**
 * Configuration of a process, as distribution 2.8 and 3 read it.
 *
 * No process remembers which blobs there are: one that collects garbage removes some behind the others' backs, and a push
 * must never leave out a blob because it was there before.
 */
export function registryConfiguration(
  process: Process,
  spec: Pick<OwnRegistrySpec, "storage" | "cache">,
  secrets: StorageSecrets,
  seed: string,
): string {
  const { port, metrics } = processes[process];
  const { tls, auth, proxy } = accessOf(process, spec.cache);
  // The cache removes what is old, and takes no request to remove anything.
  const writes = process !== "pull";
  return stringify({
    version: "0.1",
    log: { level: "info", formatter: "json", accesslog: { disabled: true } },
    storage: {
      ...storageDriver(spec.storage, process === "cache", secrets),
      delete: { enabled: writes },
      // Nodes reach the registry, and need not reach what is behind it.
      redirect: { disable: true },
      maintenance: {
        readonly: { enabled: !writes },
        uploadpurging: { enabled: writes, age: "168h", interval: "24h", dryrun: false },
      },
    },
    http: {
      addr: `:${port}`,
      // The same after a restart, so that an upload goes on that garbage collection has interrupted.
      secret: derived(seed, "state of uploads"),
      draintimeout: `${drainSeconds}s`,
      tls,
      debug: { addr: `:${metrics}`, prometheus: { enabled: true, path: "/metrics" } },
    },
    health: { storagedriver: { enabled: true, interval: "30s", threshold: 3 } },
    ...(auth !== undefined && { auth }),
    ...(proxy !== undefined && {
      proxy: {
        ...proxy,
        ...(proxy.username !== undefined && { password: secrets.cachePassword ?? "" }),
      },
    }),
  });
}

/** Who is let in to a process, and by what. The cache lets in everybody, and has the account of one at its upstream. */
interface Access {
  readonly tls: {
    readonly certificate: string;
    readonly key: string;
    readonly minimumtls: "tls1.2";
  };
  readonly auth?: { readonly htpasswd: { readonly realm: string; readonly path: string } };
  readonly proxy?: { readonly remoteurl: string; readonly username?: string };
}

export function accessOf(process: Process, cache: OwnRegistrySpec["cache"]): Access {
  return {
    tls: { certificate: pathOf(files.certificate), key: pathOf(files.key), minimumtls: "tls1.2" },
    ...(process === "cache"
      ? { proxy: proxyOf(cache) }
      : { auth: { htpasswd: { realm: "Slipway", path: pathOf(files.accounts(process)) } } }),
  };
}

function storageDriver(
  { s3 }: OwnRegistrySpec["storage"],
  isCache: boolean,
  secrets: StorageSecrets,
): object {
  if (s3 === undefined) return { filesystem: { rootdirectory: dataFolder } };
  if (secrets.s3 === undefined) throw new Error("the registry's storage on S3 has no keys");
  const { prefix = "" } = s3;
  const folder = isCache ? `${prefix}${prefix === "" ? "" : "/"}cache` : prefix;
  return {
    s3: {
      region: s3.region,
      regionendpoint: s3.endpoint,
      bucket: s3.bucket,
      // Names of buckets as part of the host are what few stores on premises know.
      forcepathstyle: true,
      secure: s3.endpoint.startsWith("https:"),
      accesskey: secrets.s3.accessKey,
      secretkey: secrets.s3.secretKey,
      ...(folder !== "" && { rootdirectory: `/${folder}` }),
    },
  };
}

function proxyOf(cache: OwnRegistrySpec["cache"]): NonNullable<Access["proxy"]> {
  if (cache === undefined) throw new Error("the registry has no cache");
  const { upstream, user } = cache;
  return { remoteurl: upstream, ...(user !== undefined && { username: user }) };
}
