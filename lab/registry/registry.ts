import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { ControlGroup } from "../host/cgroups";
import { startDaemon } from "../host/daemon";
import { labNetwork, type Layout } from "../layout";
import type { HostPackages } from "../parts/hostPackages";
import { buildProgram, helloProgram } from "../parts/programs";
import type { Certificate } from "./authority";
import { programImage } from "./image";
import { pushImage, registryAnswers, type RegistryAddress } from "./push";

/** Versions of the sample application that the registry has. */
export const helloVersions = ["1.0.0", "1.1.0"] as const;

export const registryHost = `${labNetwork.gateway}:5000`;

/** Starts the lab's registry on the machines' gateway, with TLS. */
export async function startRegistry(
  layout: Layout,
  group: ControlGroup,
  packages: HostPackages,
  certificate: Certificate,
  ca: string,
): Promise<RegistryAddress> {
  mkdirSync(layout.registryData, { recursive: true });
  const configuration = join(layout.run, "registry.yml");
  writeFileSync(
    configuration,
    stringify({
      version: "0.1",
      log: { level: "warn", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: layout.registryData }, delete: { enabled: true } },
      http: {
        addr: registryHost,
        tls: { certificate: certificate.certificate, key: certificate.key },
      },
    }),
  );
  const registry = { host: registryHost, ca };
  await startDaemon(layout, group, {
    name: "registry",
    command: join(packages.root, "usr/bin/docker-registry"),
    args: ["serve", configuration],
    ready: () => registryAnswers(registry),
    timeoutMs: 30_000,
  });
  return registry;
}

/** Builds the sample application's versions and pushes them as `hello:<version>`. */
export async function pushHello(
  registry: RegistryAddress,
  programs: Promise<ReadonlyMap<string, string>>,
): Promise<void> {
  for (const [version, path] of await programs) {
    const architecture = process.arch === "x64" ? "amd64" : process.arch;
    await pushImage(registry, "hello", version, programImage(readFileSync(path), architecture));
  }
}

export async function helloPrograms(
  progress: (text: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const built = new Map<string, string>();
  for (const version of helloVersions) {
    built.set(version, await buildProgram(helloProgram(version), progress));
  }
  return built;
}
