import path from "node:path";
import type { FileSettings, Identity } from "../../../components/logging/files";
import { parseCluster, type LoggingSpec } from "../../../components/spec";
import { kubernetesYml as kubernetesHosts, swarmYml as swarmHosts } from "../registry/support";

export const golden = (name: string) => path.join(__dirname, "../../fixtures/logging", name);

const large = (yml: string) =>
  yml.replace(
    "workers: { role: worker }",
    "workers: { role: worker, numCpus: 4, memoryMiB: 8192 }",
  );

/** A cluster of two hosts, one of which has room for a store. */
export const swarmYml = large(swarmHosts);
export const kubernetesYml = large(kubernetesHosts);

/** Of a store that nobody runs. */
export const identity: Identity = {
  caCertificate: "AUTHORITY\n",
  certificate: "CERTIFICATE\n",
  key: "KEY\n",
  seed: "seed-of-the-tests",
};

/** What the tests' clusters log to. */
export const loggings = {
  plain: "{ storage: { node: second, sizeGiB: 20 } }",
  full: `{ storage: { node: second, sizeGiB: 40 }, memoryMiB: 4096, retention: { time: 30d, size: 20GiB }, buffer: { sizeMiB: 256 }, system: false, exclude: [load-test, "demo-*"], dashboards: true, images: { collector: "hub.test/collector:mine", store: "hub.test/opensearch:mine", dashboards: "hub.test/dashboards:mine" } }`,
  elasticsearch: `{ external: { url: "https://elastic.test:9200", user: slipway } }`,
  opensearch: `{ external: { url: "https://search.test", user: slipway, kind: opensearch }, retention: { time: 2w } }`,
} as const;

export type LoggingCase = keyof typeof loggings;
export const cases = Object.keys(loggings) as LoggingCase[];

export function specOf(name: LoggingCase, yml = swarmYml): LoggingSpec {
  const { logging } = parseCluster("c.yml", `${yml}platform: { logging: ${loggings[name]} }\n`).spec
    .platform;
  if (logging === undefined) throw new Error(`${name} has no logging`);
  return logging;
}

export function settingsOf(
  name: LoggingCase,
  orchestrator: FileSettings["orchestrator"],
): FileSettings {
  return { cluster: "lab", orchestrator, spec: specOf(name), authorities: ["SITE AUTHORITY\n"] };
}
