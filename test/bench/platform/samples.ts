import type { Sample } from "./cost";

const mebibyte = 2 ** 20;

/**
 * What a machine of a Swarm prints of its containers of services: id, service, nanoseconds since 1970, those of CPU, bytes in
 * use, and bytes of these that the kernel can take back. Of cgroups of version 1 and 2 alike.
 */
export const swarmScript = `
docker ps --no-trunc --format '{{.ID}} {{.Label "com.docker.swarm.service.name"}}' | while read -r id service; do
  [ -n "$service" ] || continue
  usage=$(find /sys/fs/cgroup -path "*$id*/cpuacct.usage" -print -quit 2>/dev/null)
  if [ -n "$usage" ]; then
    cpu=$(cat "$usage")
    memory=$(dirname "$(find /sys/fs/cgroup -path "*$id*/memory.usage_in_bytes" -print -quit)")
    used=$(cat "$memory/memory.usage_in_bytes")
    free=$(awk '$1 == "total_inactive_file" { print $2 }' "$memory/memory.stat")
  else
    group=$(dirname "$(find /sys/fs/cgroup -path "*$id*/cpu.stat" -print -quit)")
    cpu=$(awk '$1 == "usage_usec" { printf "%.0f", $2 * 1000 }' "$group/cpu.stat")
    used=$(cat "$group/memory.current")
    free=$(awk '$1 == "inactive_file" { print $2 }' "$group/memory.stat")
  fi
  echo "$id $service $(date +%s%N) $cpu $used $free"
done`;

/** Samples of what the script has printed, of services whose name begins with `slipway_`. */
export function swarmSamples(printed: string): readonly Sample[] {
  return printed
    .split("\n")
    .map((line) => line.trim().split(" "))
    .filter(([, service]) => service?.startsWith("slipway_"))
    .map(([id = "", part = "", ...figures]) => {
      const [at = NaN, cpu = NaN, used = NaN, free = NaN] = figures.map(Number);
      if (figures.length !== 4 || [at, cpu, used, free].some(Number.isNaN))
        throw new Error(`${part}: no figures in ${JSON.stringify(figures)}`);
      return {
        part,
        id,
        at: at / 1e9,
        cpuSeconds: cpu / 1e9,
        memoryMiB: (used - free) / mebibyte,
      };
    });
}

/** What a kubelet tells at `/stats/summary`, as far as it is read. */
export interface KubeletSummary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string; readonly uid: string };
    readonly containers?: readonly {
      readonly name: string;
      readonly cpu?: { readonly time: string; readonly usageCoreNanoSeconds?: number };
      readonly memory?: { readonly workingSetBytes?: number };
    }[];
  }[];
}

/** Samples of containers in namespaces whose name begins with `slipway-`. */
export function kubernetesSamples({ pods }: KubeletSummary): readonly Sample[] {
  return pods
    .filter(({ podRef: { namespace } }) => namespace.startsWith("slipway-"))
    .flatMap(({ podRef: { namespace, uid }, containers = [] }) =>
      containers.flatMap(({ name, cpu, memory }): Sample[] =>
        // One that has just started has no figures yet.
        cpu?.usageCoreNanoSeconds === undefined || memory?.workingSetBytes === undefined
          ? []
          : [
              {
                part: `${namespace}/${name}`,
                id: `${uid}/${name}`,
                at: Date.parse(cpu.time) / 1000,
                cpuSeconds: cpu.usageCoreNanoSeconds / 1e9,
                memoryMiB: memory.workingSetBytes / mebibyte,
              },
            ],
      ),
    );
}
