import Docker from "dockerode";
import { createHash } from "node:crypto";
import { chmodSync, createReadStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { LabError } from "../errors";
import type { ControlGroup } from "../host/cgroups";
import { startDaemon } from "../host/daemon";
import { labNetwork, type Layout } from "../layout";
import type { HostPackages } from "../parts/hostPackages";
import type { TemplateImage } from "../parts/image";

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
    ownMounts: true,
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

/** Loads the template into the engine, checking on the way that it is what was built. */
export async function importTemplate(layout: Layout, image: TemplateImage): Promise<void> {
  const hash = createHash("sha256");
  const checked = createReadStream(image.tar, { highWaterMark: 1 << 20 }).pipe(
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    }),
  );
  const [repo, tag] = image.reference.split(":");
  const client = engineClient(layout);
  const answer = await client.importImage(checked, { repo, tag });
  await new Promise<void>((resolve, reject) => {
    client.modem.followProgress(answer, (error) => {
      if (error === null) resolve();
      else reject(new LabError(`the template could not be imported: ${error.message}`));
    });
  });
  if (hash.digest("hex") !== image.sha256) {
    image.discard();
    await client.getImage(image.reference).remove({ force: true });
    throw new LabError(`${image.tar} was damaged and has been thrown away; the next run builds it anew.`);
  }
}
