import { namespaceOf } from "../../components/application/kubernetes/names";
import { indexPattern } from "../../components/logging/indexes";
import { storeUrl } from "../../components/logging/names";
import { storeWorkload } from "../../components/logging/kubernetes/plan";
import { loggingNamespace } from "../../components/logging/kubernetes";
import { services } from "../../components/logging/swarm/names";
import { files, pathOf } from "../../components/logging/store/paths";
import type { ClusterSpec } from "../../components/spec";
import { overHttps, storeAt, StoreUnreachable, type AskStore } from "../../provider/logStore/ask";
import type { StorePlace } from "../../provider/sdk/shapes";
import { clusterAccess } from "../access";
import { badUsage, failed } from "../exit";
import { ClusterHosts } from "../hosts";
import type { PulumiStack } from "../pulumi/stack";
import { clusterSpec } from "../registry/cluster";
import type { Terminal } from "../terminal";
import { pageIn, type Page } from "./query";

/** The lines of one cluster, wherever they are kept. */
export interface LineStore {
  readonly cluster: string;
  /** What lines have as their application. */
  applicationOf(name: string): string;
  search(body: object): Promise<Page>;
  close(): Promise<void>;
}

interface Reader {
  readonly username: string;
  readonly password: string;
}

/** The store of a cluster's lines. @throws CliError where there is none, or nobody can be asked. */
export async function openStore(
  stack: PulumiStack,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<LineStore> {
  const spec = await clusterSpec(stack);
  const { logging } = spec.platform;
  if (logging === undefined)
    throw badUsage(
      `${stack.name} has no logging: add platform.logging to its cluster.yml and run \`pulumi up\`; until then \`docker service logs\` or \`kubectl logs\` show what the nodes still have`,
    );
  const outputs = await stack.outputs(true);
  const reader = outputs.loggingReader as Reader | undefined;
  if (outputs.logging === undefined || reader === undefined)
    throw failed(
      `${stack.name} does not say how its lines are read: run \`pulumi up\`, with the secrets provider that it was made with (PULUMI_CONFIG_PASSPHRASE)`,
    );
  const { external } = logging;
  if (external !== undefined) {
    const caCertificates = spec.os.caCertificates.map(({ pem }) => pem);
    const ask = overHttps({ url: external.url, caCertificates }, reader, signal);
    return { ...lines(spec, ask), close: () => Promise.resolve() };
  }
  const hosts = ClusterHosts.open(await clusterAccess(stack), terminal, signal);
  const ask = storeAt(hosts.context, placeOf(spec, outputs), reader);
  return { ...lines(spec, ask), close: () => hosts.close() };
}

/** Where Slipway's own store of a cluster is. */
function placeOf(spec: ClusterSpec, outputs: Readonly<Record<string, unknown>>): StorePlace {
  const entrance = { url: storeUrl, caFile: pathOf(files.authority) };
  switch (spec.orchestrator) {
    case "swarm":
      return {
        ...entrance,
        kind: "swarm",
        machine: spec.platform.logging?.storage?.node ?? "",
        service: services.store,
      };
    case "kubernetes":
      return {
        ...entrance,
        kind: "kubernetes",
        clusterId: String(outputs.clusterId),
        namespace: loggingNamespace,
        workload: storeWorkload,
      };
    default: {
      const never: never = spec;
      return never;
    }
  }
}

function lines({ name, orchestrator }: ClusterSpec, ask: AskStore): Omit<LineStore, "close"> {
  const path = `/${indexPattern(name)}/_search?ignore_unavailable=true`;
  return {
    cluster: name,
    applicationOf: (application) =>
      orchestrator === "kubernetes" ? namespaceOf(application) : application,
    search: async (body) => {
      let answer;
      try {
        answer = await ask({ method: "POST", path, body: JSON.stringify(body) });
      } catch (error) {
        if (!(error instanceof StoreUnreachable)) throw error;
        throw failed(
          `the store of ${name}'s lines can't be asked: ${error.message}. Whether it runs, \`docker service ps ${services.store}\` or \`kubectl --namespace ${loggingNamespace} get pods\` says; lines wait on the nodes meanwhile`,
        );
      }
      if (answer.status === 200) return pageIn(answer.text);
      const said = answer.text.slice(0, 300);
      throw failed(
        answer.status === 401
          ? `the store of ${name}'s lines does not know the reader any more (401): run \`pulumi up\``
          : `the store of ${name}'s lines answers HTTP ${answer.status}: ${said}`,
      );
    },
  };
}
