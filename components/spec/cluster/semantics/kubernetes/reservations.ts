import { error, type Finding, warning } from "../../../finding";
import type { Path } from "../../../problem";
import { type Draft, type KubernetesDraft, poolsOf, type ReservedFile } from "../../file";
import { milliCpus, reservations } from "../../reservations";
import { smallestHost } from "../../smallestHost";

const place: Path = ["kubernetes", "reserved"];

/** Reservations that leave pods something of every pool's machines. */
export function* checkReservations(draft: KubernetesDraft): Iterable<Finding> {
  const written = draft.kubernetes?.reserved;
  if (written === undefined) return;
  for (const [name, pool] of poolsOf(draft)) {
    if (pool.role === undefined) continue;
    // On vSphere a size that is missing was wrong; an existing host has the least.
    const least = draft.vsphere === undefined ? smallestHost(pool.role) : undefined;
    const numCpus = pool.numCpus ?? least?.numCpus;
    const memoryMiB = pool.memoryMiB ?? least?.memoryMiB;
    if (numCpus === undefined || memoryMiB === undefined) continue;
    const { system, kube, evictionMemoryMiB } = reservations(
      { numCpus, memoryMiB },
      sound(written),
    );
    const memory = system.memoryMiB + kube.memoryMiB + evictionMemoryMiB;
    const ofMemory = `${memory} MiB in all (system ${system.memoryMiB}, kube ${kube.memoryMiB}, eviction ${evictionMemoryMiB}) of ${memoryMiB} MiB that a machine of the pool ${name} has`;
    if (memory >= memoryMiB) {
      yield error(place, `takes ${ofMemory}; reserve less, or give the machines more`);
    } else if (memory > memoryMiB / 2) {
      yield warning(place, `takes ${ofMemory}, more than half; give the machines more memory`);
    }
    const cpus = milliCpus(system.cpu) + milliCpus(kube.cpu);
    if (cpus >= numCpus * 1000) {
      yield error(
        place,
        `takes ${cpus}m of the ${numCpus * 1000}m of CPU that a machine of the pool ${name} has; reserve less, or give the machines more`,
      );
    }
  }
}

/** What was wrong is reported, and counts as not written. */
function sound({ system, kube, evictionMemoryMiB = 0 }: Draft<ReservedFile>): ReservedFile {
  return { system: written(system), kube: written(kube), evictionMemoryMiB };
}

function written(part: Draft<ReservedFile["system"]>): ReservedFile["system"] {
  const { cpu, memoryMiB } = part ?? {};
  return { ...(cpu !== undefined && { cpu }), ...(memoryMiB !== undefined && { memoryMiB }) };
}
