import Docker from "dockerode";
import { chmodSync, createReadStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../errors";
import type { ControlGroup } from "../host/cgroups";
import { startDaemon } from "../host/daemon";
import { engineFolders, makeVeiled } from "../host/veils";
import { labNetwork, type Layout } from "../layout";
import type { HostPackages } from "../parts/hostPackages";

/** The lab's own Docker engine: it shares nothing with any other on the host. */
export function engineClient(layout: Layout): Docker {
  return new Docker({ socketPath: layout.engineSocket });
}

export async function startEngine(
  layout: Layout,
  group: ControlGroup,
  packages: HostPackages,
): Promise<void> {
  mkdirSync(layout.engineData, { recursive: true });
  makeVeiled(layout);
  const runc = join(layout.run, "runc");
  writeFileSync(runc, runcWrapper(packages));
  chmodSync(runc, 0o755);
  const configuration = join(layout.run, "daemon.json");
  writeFileSync(configuration, JSON.stringify(engineConfiguration(layout, group, runc), null, 2));
  const client = engineClient(layout);
  await startDaemon(layout, group, {
    name: "dockerd",
    command: join(packages.root, "usr/sbin/dockerd"),
    args: ["--config-file", configuration],
    env: packages.env,
    veiled: engineFolders,
    ready: () =>
      client.ping().then(
        () => true,
        () => false,
      ),
    timeoutMs: 60_000,
  });
}

/** daemon.json: no address, file or rule in common with another engine. */
export function engineConfiguration(
  layout: Layout,
  group: ControlGroup,
  runc: string,
): Record<string, unknown> {
  return {
    hosts: [`unix://${layout.engineSocket}`],
    "data-root": layout.engineData,
    "exec-root": join(layout.run, "docker"),
    pidfile: join(layout.run, "dockerd-own.pid"),
    bridge: "none",
    iptables: false,
    ip6tables: false,
    "ip-forward": false,
    "ip-masq": false,
    "userland-proxy": false,
    "cgroup-parent": `${group.path}/machines`,
    "exec-opts": ["native.cgroupdriver=cgroupfs"],
    runtimes: { lab: { path: runc } },
    "default-runtime": "lab",
    "log-level": "warn",
    "max-concurrent-downloads": 1,
  };
}

/** The shim of the machines serves the host, too: see image/files/usr/sbin/runc. */
function runcWrapper(packages: HostPackages): string {
  const shim = join(__dirname, "..", "image", "files", "usr", "sbin", "runc");
  return `#!/bin/sh\nRUNC='${join(packages.root, "usr/sbin/runc")}' exec '${shim}' "$@"\n`;
}

/** Puts the lab's bridge under the engine, which gives machines their addresses there. */
export async function createEngineNetwork(layout: Layout): Promise<void> {
  await engineClient(layout).createNetwork({
    Name: labNetwork.name,
    Driver: "bridge",
    IPAM: { Config: [{ Subnet: labNetwork.subnet, Gateway: labNetwork.gateway }] },
    Options: {
      "com.docker.network.bridge.name": labNetwork.bridge,
      "com.docker.network.bridge.enable_ip_masquerade": "false",
    },
  });
}

/** Loads a root file system into the engine. @param changes Lines of a Dockerfile that say how it is run. */
export async function importImage(
  layout: Layout,
  tar: string,
  reference: string,
  changes: readonly string[] = [],
): Promise<void> {
  const [repo, tag] = reference.split(":");
  const client = engineClient(layout);
  const answer = await client.importImage(createReadStream(tar, { highWaterMark: 1 << 20 }), {
    repo,
    tag,
    ...(changes.length > 0 && { changes: changes.join("\n") }),
  });
  await new Promise<void>((resolve, reject) => {
    client.modem.followProgress(answer, (error) => {
      if (error === null) resolve();
      else reject(new LabError(`${reference} could not be imported: ${error.message}`));
    });
  });
}
