import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { withoutEngineLogs } from "../tools";
import { makeWay, takeDown } from "./down";
import { createEngineNetwork, startEngine } from "./engine/engine";
import { createNetwork } from "./engine/network";
import { labEnvironment, renderEnvironment } from "./environment";
import { LabError } from "./errors";
import { createGroup } from "./host/cgroups";
import { run } from "./host/run";
import { labNetwork, type Layout } from "./layout";
import { hostPackages, type HostPackages } from "./parts/hostPackages";
import { buildProgram, vcenterProgram } from "./parts/programs";
import { Authority } from "./registry/authority";
import { helloPrograms, pushHello, startRegistry } from "./registry/registry";
import { sshKeyPair } from "./sshKeyPair";
import { labTemplates, templatesFor, type Orchestrator, type Templates } from "./templates";
import { startVcenter } from "./vcenterService";

export interface UpOptions {
  /** Called with one line for each step that takes a while. */
  readonly progress: (text: string) => void;
  /** `none`: a vCenter whose VMs are no machines, without engine and registry; for benchmarks. Default `docker`. */
  readonly machines?: "docker" | "none";
  /** What its clusters will run. Default `swarm`. */
  readonly orchestrator?: Orchestrator;
  /** Folder with the tool chain's programs, to be first on the PATH. */
  readonly toolsBin?: string;
}

/** Stands the lab up, on a host that has none. Returns its environment. */
export async function standUp(layout: Layout, options: UpOptions): Promise<Record<string, string>> {
  if (process.getuid?.() !== 0) {
    throw new LabError(
      "The lab runs machines on this host and needs to be root for that. Run it with sudo.",
    );
  }
  const { progress, orchestrator = "swarm" } = options;
  const withMachines = options.machines !== "none";
  const packages = withMachines ? await hostPackages(progress) : undefined;
  if (packages !== undefined) await makeWay(layout);
  await takeDown(layout);
  for (const folder of [layout.run, layout.pulumiState, dirname(layout.sshKey)]) {
    mkdirSync(folder, { recursive: true });
  }
  withoutEngineLogs(layout.pulumiHome);
  writeSshKey(layout);
  const group = createGroup(layout.id);
  const images = withMachines ? labTemplates(orchestrator, progress) : undefined;
  const authority = Authority.create(layout.certificates);

  const engine = async (on: HostPackages, templates: Templates): Promise<void> => {
    await run("cp", ["--archive", "--link", templates.engineData, layout.engineData]).catch(() =>
      // The cache is on another file system.
      run("cp", ["--archive", "--no-target-directory", templates.engineData, layout.engineData]),
    );
    await startEngine(layout, group, on);
    await createEngineNetwork(layout);
  };
  const registry = async (on: HostPackages): Promise<void> => {
    const hello = helloPrograms(progress);
    await createNetwork(layout, on);
    const ca = await authority;
    const gateway = [{ type: "ip", value: labNetwork.gateway }] as const;
    const certificate = await ca.issue("registry", gateway);
    // For later: the authority's key is gone when the lab stands.
    if (orchestrator === "kubernetes") await ca.issue("packages", gateway);
    await pushHello(await startRegistry(layout, group, on, certificate, ca.certificatePath), hello);
  };
  const vcenter = async (): Promise<ReturnType<typeof startVcenter>> => {
    const program = await buildProgram(vcenterProgram, progress);
    const certificate = await (
      await authority
    ).issue("vcenter", [
      { type: "ip", value: "127.0.0.1" },
      { type: "dns", value: "localhost" },
    ]);
    const built = await images;
    const templates = built?.images ?? templatesFor(orchestrator);
    return startVcenter(layout, group, { program, certificate, templates });
  };

  const machines = async (): Promise<void> => {
    if (packages === undefined || images === undefined) return;
    const templates = await images;
    await Promise.all([engine(packages, templates), templates.verify()]);
  };

  const endpoints = vcenter();
  const rest = [machines(), packages === undefined ? Promise.resolve() : registry(packages)];
  // Nobody may be still at work on a lab that has failed.
  await Promise.allSettled([endpoints, ...rest]);
  await Promise.all(rest);
  const password = readFileSync(layout.vcenterPassword, "utf8").trim();
  const env = labEnvironment(layout, {
    endpoints: await endpoints,
    password,
    toolsBin: options.toolsBin,
    orchestrator,
  });
  writeFileSync(layout.envFile, renderEnvironment(env), { mode: 0o600 });
  return env;
}

/** A key pair for logging in to machines; whoever writes the cluster's configuration takes the public half. */
function writeSshKey(layout: Layout): void {
  const pair = sshKeyPair({ comment: "slipway-lab" });
  writeFileSync(layout.sshKey, pair.private, { mode: 0o600 });
  writeFileSync(`${layout.sshKey}.pub`, `${pair.public}\n`);
}
