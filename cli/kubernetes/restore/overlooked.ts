import type { Probe } from "../../../provider/kubernetes/controlPlanes";
import type { Context } from "../../../provider/server/handler";
import type { StackState } from "../../pulumi/state";
import { typeTokens } from "../../pulumi/types";

/** Control planes of the state whose VMs exist and were not asked: whoever lost the mark of its cluster may still have its data. */
export async function overlooked(
  { inventory }: Context,
  { resources }: StackState,
  probes: readonly Probe[],
): Promise<readonly string[]> {
  const asked = new Set(probes.map(({ endpoint }) => endpoint.machine));
  const members = resources.flatMap(({ type, inputs }) => {
    const { machine, vmUuid, role } = inputs;
    return type === typeTokens.kubernetesNode &&
      role === "controlPlane" &&
      typeof machine === "string" &&
      typeof vmUuid === "string" &&
      !asked.has(machine)
      ? [{ machine, vmUuid }]
      : [];
  });
  const found = await Promise.all(
    members.map(async (member) =>
      (await inventory.existence(member)) === "present" ? [member.machine] : [],
    ),
  );
  return found.flat();
}
