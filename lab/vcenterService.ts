import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hostResolvers } from "./engine/network";
import { vcenterUser, type Endpoints } from "./environment";
import type { ControlGroup } from "./host/cgroups";
import { logFile, startDaemon } from "./host/daemon";
import { labNetwork, preferredPorts, type Layout } from "./layout";
import type { Certificate } from "./registry/authority";

export interface VcenterOptions {
  readonly program: string;
  readonly certificate: Certificate;
  /** Names of the templates; with the image of each, machines stand behind VMs, without them nothing does. */
  readonly templates: Readonly<Record<string, string>> | readonly string[];
}

/** Starts the lab's vCenter; the user's password is in the layout's file for it. */
export async function startVcenter(
  layout: Layout,
  group: ControlGroup,
  options: VcenterOptions,
): Promise<Endpoints> {
  const scratch = join(dirname(layout.vcenterPassword), "datastores");
  mkdirSync(scratch, { recursive: true });
  mkdirSync(layout.doors, { recursive: true });
  writeFileSync(layout.vcenterPassword, `${randomBytes(12).toString("base64url")}\n`, {
    mode: 0o600,
  });
  const resolvers = hostResolvers();
  const machines = Array.isArray(options.templates)
    ? ["--machines", "none"]
    : ["--machines", "docker", "--engine", layout.engineSocket];
  await startDaemon(layout, group, {
    name: "vcenter",
    command: options.program,
    args: [
      ...["--listen", `127.0.0.1:${String(preferredPorts.vcenter)}`],
      ...["--control", `127.0.0.1:${String(preferredPorts.control)}`],
      ...["--certificate", options.certificate.certificate, "--key", options.certificate.key],
      ...["--user", vcenterUser, "--password-file", layout.vcenterPassword],
      ...["--network", labNetwork.name, "--leases", labNetwork.leases, "--doors", layout.doors],
      ...["--dns", resolvers.servers.join(" "), "--search", resolvers.search],
      ...machines,
      ...templateArguments(options.templates),
    ],
    // The simulator keeps datastores in temporary folders.
    env: { ...process.env, TMPDIR: scratch },
    ready: () => vcenterEndpoints(layout) !== undefined,
    timeoutMs: 60_000,
  });
  const endpoints = vcenterEndpoints(layout);
  if (endpoints === undefined) throw new Error("vCenter's log has lost its first line");
  return endpoints;
}

/** One `--template NAME=IMAGE` for each. */
export function templateArguments(templates: VcenterOptions["templates"]): string[] {
  const named = Array.isArray(templates)
    ? templates.map((name: string) => [name, ""])
    : Object.entries(templates);
  return named.flatMap(([name, image]) => ["--template", `${name ?? ""}=${image ?? ""}`]);
}

/** Where vCenter said that it answers, in the first JSON line of its log. */
function vcenterEndpoints(layout: Layout): Endpoints | undefined {
  const line = readFileSync(logFile(layout, "vcenter"), "utf8")
    .split("\n")
    .find((each) => each.startsWith("{") && each.endsWith("}"));
  return line === undefined ? undefined : (JSON.parse(line) as Endpoints);
}
