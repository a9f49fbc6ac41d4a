import { eachFeature, kernelFeatures, type HostFacts, type KernelFeature } from "../sdk/shapes";

/** A socket on which somebody listens. */
export interface Listener {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** Name of the process; absent for sockets of the kernel itself (vxlan). */
  readonly process?: string;
}

/** What one look at a host tells: the facts that are kept, and what only preflight needs. */
export interface Gathered {
  readonly facts: HostFacts;
  /** Host's clock minus ours, seconds; 0 when the difference is below what the connection lets us see. */
  readonly clockSkewSeconds: number;
  /** Absent when the host could not tell. */
  readonly listeners?: readonly Listener[];
  /** An engine or a kubelet runs: sockets of the kernel itself are its networks. */
  readonly engineRuns: boolean;
  /** Features that could not be found out; they count as missing. */
  readonly undetermined: readonly KernelFeature[];
  /** What cloud-init reported as gone wrong. */
  readonly cloudInitErrors: readonly string[];
}

/** Local times around the script, seconds since 1970. */
export interface Around {
  readonly before: number;
  readonly after: number;
}

/** Reads what `factsScript` printed. Throws when something that every host has is missing: a failed probe is no fact. */
export function parseFacts(output: string, around: Around): Gathered {
  const lines = output.split("\n").map((line) => {
    const equals = line.indexOf("=");
    return [line.slice(0, equals), line.slice(equals + 1)] as const;
  });
  const values = new Map(lines);
  const text = (name: string): string => {
    const value = values.get(name);
    if (value === undefined || value === "") throw new Error(`the host did not tell its ${name}`);
    return value;
  };
  const number = (name: string): number => {
    const value = Number(text(name));
    if (!Number.isFinite(value)) throw new Error(`the host's ${name} is no number: ${text(name)}`);
    return value;
  };
  const memory = Math.min(number("memory.totalKiB") / 1024, limitOf(values.get("memory.limit")));
  const found = (feature: KernelFeature) => text(`feature.${feature}`);
  return {
    facts: {
      hostname: text("hostname"),
      machineId: text("machineId"),
      os: {
        id: text("os.id"),
        versionId: values.get("os.versionId") ?? "",
        prettyName: values.get("os.prettyName") ?? text("os.id"),
      },
      kernel: text("kernel"),
      architecture: text("architecture"),
      cpus: Math.min(number("cpus.online"), quotaOf(values.get("cpus.quota"))),
      memoryMiB: Math.floor(memory),
      diskFreeGiB: Math.floor(number("disk.freeKiB") / 1024 ** 2),
      cgroupVersion: text("cgroup") === "2" ? 2 : 1,
      swapMiB: Math.ceil(number("swap.totalKiB") / 1024),
      features: eachFeature((feature) => found(feature) === "yes"),
    },
    clockSkewSeconds: skewOf(number("clock.start"), number("clock.end"), around),
    listeners: values.has("sockets")
      ? undefined
      : lines.filter(([name]) => name === "socket").flatMap(([, line]) => parseSocket(line)),
    engineRuns: values.get("engine") === "running",
    undetermined: kernelFeatures.filter((feature) => found(feature) === "unknown"),
    cloudInitErrors: cloudInitErrors(values.get("cloudInit")),
  };
}

/**
 * The smallest difference that explains what was seen: the host's first look at its clock was not before we
 * sent the script, and its last one not after we had the answer.
 */
function skewOf(first: number, last: number, around: Around): number {
  const most = first - around.before;
  const least = last - around.after;
  if (least <= 0 && most >= 0) return 0;
  return Math.abs(most) < Math.abs(least) ? most : least;
}

/** `max 100000` or `200000 100000` (cgroup v2), `-1 100000` (v1), in CPUs. */
function quotaOf(text: string | undefined): number {
  const [quota, period] = (text ?? "max").split(" ").map(Number);
  if (quota === undefined || period === undefined || !(quota > 0) || !(period > 0)) return Infinity;
  return Math.max(1, Math.ceil(quota / period));
}

/** Bytes or `max`, in MiB. */
function limitOf(text: string | undefined): number {
  const bytes = Number(text);
  return bytes > 0 ? bytes / 1024 ** 2 : Infinity;
}

/** A line of `ss -Hlntup`: `udp UNCONN 0 0 0.0.0.0:4789 0.0.0.0:* users:(("dockerd",pid=7,fd=9))`. */
function parseSocket(line: string): readonly Listener[] {
  const columns = line.trim().split(/\s+/);
  const protocol = columns[0];
  const port = Number(/:(\d+)$/.exec(columns[4] ?? "")?.[1]);
  if ((protocol !== "tcp" && protocol !== "udp") || !Number.isInteger(port)) return [];
  // What listens on the host itself only is in nobody's way.
  if (/^(127\.|\[::1\])/.test(columns[4] ?? "")) return [];
  return [{ protocol, port, process: /users:\(\("([^"]+)"/.exec(line)?.[1] }];
}

function cloudInitErrors(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  if (text === "unfinished") return ["cloud-init has not finished after 3 minutes"];
  try {
    const result = JSON.parse(text) as { v1?: { errors?: readonly unknown[] } };
    return (result.v1?.errors ?? []).map(String);
  } catch {
    return [];
  }
}

/** Part of `Gathered` that the lab's file may replace. */
export interface LabFacts {
  readonly facts?: Partial<HostFacts>;
  readonly clockSkewSeconds?: number;
  readonly listeners?: readonly Listener[];
}

/**
 * In the lab, machines are containers that share kernel, clock and memory: what preflight says about these is
 * shown with facts from a file in the machine (`/etc/slipway-lab/facts.json`).
 */
export function overrideForLab(gathered: Gathered, output: string): Gathered {
  const line = output.split("\n").find((one) => one.startsWith("lab="));
  if (line === undefined) return gathered;
  const lab = JSON.parse(line.slice("lab=".length)) as LabFacts;
  return {
    ...gathered,
    ...lab,
    facts: {
      ...gathered.facts,
      ...lab.facts,
      features: { ...gathered.facts.features, ...lab.facts?.features },
    },
  };
}
