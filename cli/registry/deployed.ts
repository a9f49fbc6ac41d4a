import { digestOf, kept, type Release } from "../../components/application/ledger";
import { failed } from "../exit";
import { historyIn } from "../deploy/ledger";
import { PulumiStack } from "../pulumi/stack";
import type { Deployed } from "./retention";

/**
 * What is deployed by any Pulumi stack of the backend, whatever its project, or can be brought back there.
 *
 * @throws CliError when one of them can't be read: what it has deployed would count as nobody's.
 */
export async function deployedImages(): Promise<Deployed> {
  const names = await PulumiStack.listAll();
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        const history = historyIn(await PulumiStack.named(name).outputs());
        return history === undefined ? [] : holdersOf(shortName(name), history.releases);
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        throw failed(
          `nothing is removed, as ${name} can't be asked for what it has deployed: ${said}`,
        );
      }
    }),
  );
  return new Map(found.flat());
}

/**
 * Digests of the last releases of an application in an environment, those that failed too, as half of one may run: all
 * that `slipway rollback` has a plan of.
 */
export function holdersOf(
  stack: string,
  releases: readonly Release[],
): readonly (readonly [digest: string, holder: string])[] {
  const succeeded = releases.filter(({ outcome }) => outcome === "succeeded");
  const oldest = succeeded.at(-kept.plans)?.number ?? 0;
  return releases
    .filter(({ number }) => number >= oldest)
    .flatMap(({ number, images }) =>
      Object.values(images)
        .filter((image) => image.includes("@"))
        .map((image) => [digestOf(image), `${stack} #${number}`] as const),
    );
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
