import { error, errorAtKey, type Finding, warning } from "../../finding";
import type { Path } from "../../problem";
import { quote } from "../../words";
import type { CheckContext, ClusterDraft, PoolDraft } from "../file";
import { checkMachine, poolsByMachine } from "./machines";

/** A named volume for a part of the platform, as the file has it. */
export interface VolumeDraft {
  /** Machine that it is on. */
  readonly node?: string;
  readonly sizeGiB?: number;
  readonly storageClass?: string;
}

/** What lies beside the volume on the same machine. */
interface Beside {
  /** As the message names it: `the cache`. */
  readonly what: string;
  readonly sizeGiB?: number;
}

/** A volume that is on a machine of the cluster, which has the room. */
export function* checkVolume(
  { node, sizeGiB, storageClass }: VolumeDraft,
  at: Path,
  draft: ClusterDraft,
  context: CheckContext,
  beside?: Beside,
): Iterable<Finding> {
  if (draft.orchestrator === "swarm" && storageClass !== undefined)
    yield warning(
      [...at, "storageClass"],
      "has no effect: a Swarm has no storage classes; remove it",
    );
  const pools = poolsByMachine(draft);
  if (node === undefined) {
    if (draft.orchestrator === "swarm" && !context.given([...at, "node"]))
      yield errorAtKey(
        at,
        `has no node: a Swarm's volumes stay on their machine, and another task would find an empty one; name it, for example ${quote([...pools.keys()].at(-1) ?? "workers-0")}`,
      );
    return;
  }
  yield* checkMachine(node, [...at, "node"], draft);
  const pool = pools.get(node);
  if (pool !== undefined && sizeGiB !== undefined)
    yield* checkRoom(sizeGiB, beside, pool, [...at, "sizeGiB"], draft);
}

/** Local volumes are on the machine's disk, whatever else is there. */
function* checkRoom(
  sizeGiB: number,
  beside: Beside | undefined,
  { diskGiB, dataDiskGiB }: PoolDraft & { readonly dataDiskGiB?: number },
  at: Path,
  { vsphere, orchestrator }: ClusterDraft,
): Iterable<Finding> {
  // Of existing hosts the pool says what must be free; elsewhere storage classes decide.
  if (vsphere === undefined || orchestrator !== "swarm") return;
  const disk = dataDiskGiB ?? diskGiB;
  const besideGiB = beside?.sizeGiB ?? 0;
  const wanted = sizeGiB + besideGiB;
  if (disk === undefined || wanted < disk) return;
  yield error(
    at,
    `needs ${wanted} GiB${besideGiB > 0 ? ` with ${beside?.what ?? ""}` : ""}, and the disk of its machine has ${disk}; make ${dataDiskGiB === undefined ? "diskGiB" : "dataDiskGiB"} of the pool larger, or this smaller`,
  );
}
