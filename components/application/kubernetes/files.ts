import { createHash, createHmac } from "node:crypto";
import { registryOf } from "../../../provider/sdk";
import type { ComposeFileObject } from "../../spec";
import { annotated, commonLabels, divided, dnsLabel, namespaceOf } from "./names";
import type { FileNames, KubernetesArgs, KubernetesObject, PlannedObject } from "./types";

/** Hexadecimal digits of the hash in a name: two contents of one file never meet by chance. */
const hashDigits = 12;
/** Longest name before the hash: names of objects may be long, and people read them. */
const maxName = 50;

/** ConfigMaps and Secrets of an application, and what they are called. */
export interface Files {
  readonly objects: readonly PlannedObject[];
  readonly names: FileNames;
  /** Secret with the credentials of the registries that the images come from. */
  readonly pullSecret?: string;
}

/**
 * Named by their content: a new content is a new object, and pods roll over to it; the old one goes afterwards. So none is
 * ever changed, which spares the nodes to watch them.
 */
export function files(args: KubernetesArgs): Files {
  const { project, configs, secrets } = args.plan;
  const made = {
    configs: contents(project.configs, configs, (key, data) => configMap(args, key, data)),
    secrets: contents(project.secrets, secrets, (key, data) => secret(args, key, data)),
  };
  const pull = pullSecret(args);
  return {
    objects: [
      ...made.configs.flatMap(({ planned }) => planned ?? []),
      ...made.secrets.flatMap(({ planned }) => planned ?? []),
      ...(pull === undefined ? [] : [pull]),
    ],
    names: {
      configs: new Map(made.configs.map(({ key, name }) => [key, name])),
      secrets: new Map(made.secrets.map(({ key, name }) => [key, name])),
    },
    ...(pull !== undefined && { pullSecret: pull.object.metadata.name }),
  };
}

interface Made {
  readonly key: string;
  readonly name: string;
  /** Absent for one that exists already. */
  readonly planned?: PlannedObject;
}

function contents(
  objects: Readonly<Record<string, ComposeFileObject>> = {},
  values: Readonly<Record<string, string>>,
  make: (key: string, data: string) => PlannedObject,
): readonly Made[] {
  return Object.entries(objects).flatMap(([key, { external, name }]): Made[] => {
    if (external) return [{ key, name }];
    const data = values[key];
    if (data === undefined) return [];
    const planned = make(key, data);
    return [{ key, name: planned.object.metadata.name, planned }];
  });
}

function configMap(args: KubernetesArgs, key: string, data: string): PlannedObject {
  const hash = createHash("sha256")
    .update(JSON.stringify([key, data]))
    .digest("hex");
  const bytes = Buffer.from(data, "base64");
  const text = utf8(bytes);
  const content = text === undefined ? { binaryData: { [key]: data } } : { data: { [key]: text } };
  const object = fileObject(
    args,
    "ConfigMap",
    `${dnsLabel(key, maxName)}-${hash.slice(0, hashDigits)}`,
    {
      ...args.plan.project.configs?.[key]?.labels,
    },
  );
  return { key: `ConfigMap/${key}`, object: { ...object, ...content }, after: ["Namespace"] };
}

/** The hash has the salt in it: whoever sees names could test guesses of the value otherwise. */
function secret(args: KubernetesArgs, key: string, data: string): PlannedObject {
  const hash = createHmac("sha256", args.salt)
    .update(JSON.stringify([key, data]))
    .digest("hex");
  const object = fileObject(
    args,
    "Secret",
    `${dnsLabel(key, maxName)}-${hash.slice(0, hashDigits)}`,
    {
      ...args.plan.project.secrets?.[key]?.labels,
    },
  );
  return {
    key: `Secret/${key}`,
    object: { ...object, type: "Opaque", data: { [key]: data } },
    after: ["Namespace"],
    isSecret: true,
  };
}

function fileObject(
  { application }: KubernetesArgs,
  kind: "ConfigMap" | "Secret",
  name: string,
  own: Readonly<Record<string, string>>,
): KubernetesObject {
  const { labels, annotations } = divided(own);
  return {
    apiVersion: "v1",
    kind,
    metadata: {
      name,
      namespace: namespaceOf(application),
      labels: { ...labels, ...commonLabels(application) },
      ...annotated(annotations),
    },
    immutable: true,
  };
}

/** Credentials of the registries that the images come from: the nodes pull with them. */
function pullSecret(args: KubernetesArgs): PlannedObject | undefined {
  const { plan, registries, salt } = args;
  const used = new Set(Object.values(plan.images).map(({ image }) => registryOf(image)));
  const auths = Object.entries(registries)
    .filter(([host]) => used.has(host))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, { username, password }]) => {
      const auth = Buffer.from(`${username}:${password}`).toString("base64");
      // The name under which containerd and Docker know Docker Hub.
      const server = host === "docker.io" ? "https://index.docker.io/v1/" : host;
      return [server, { username, password, auth }] as const;
    });
  if (auths.length === 0) return undefined;
  const data = Buffer.from(JSON.stringify({ auths: Object.fromEntries(auths) })).toString("base64");
  const hash = createHmac("sha256", salt).update(data).digest("hex");
  return {
    key: "Secret/registries.slipway",
    object: {
      ...fileObject(args, "Secret", `registries-${hash.slice(0, hashDigits)}`, {}),
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": data },
    },
    after: ["Namespace"],
    isSecret: true,
  };
}

/** The text that the bytes are; undefined where they are none. */
function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
