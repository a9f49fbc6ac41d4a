import type { SwarmFacts } from "../../components/application";

/** Id in the Swarm of a network; undefined where it has none of that name. */
export function networkId(
  name: string,
  { networks }: Pick<SwarmFacts, "networks">,
): string | undefined {
  return networks.find((network) => network.name === name)?.id;
}
