import pLimit from "p-limit";
import { badUsage } from "../../exit";
import { PulumiStack } from "../../pulumi/stack";
import type { Orchestrator, StatusFacts } from "../facts";
import { applicationFacts, clusterOf } from "./applications";
import { reasonOf } from "./asked";
import { clusterFacts, type ClusterToAsk, type Limits } from "./cluster";

type Outputs = Readonly<Record<string, unknown>>;

/** Runs of Pulumi at a time: each is a process that wants a core. */
const parallel = 4;

const limits: Limits = { members: 10_000, monitoring: 15_000 };

/** What the Pulumi stacks of the project are. */
interface Project {
  readonly clusters: readonly ClusterToAsk[];
  readonly unreadable: StatusFacts["unreadable"];
}

/**
 * Asks clusters of the project in the current folder, side by side: one that does not answer keeps no other from being told.
 *
 * @param names Pulumi stacks of clusters, or of applications, for the clusters that they are on; none: all clusters
 * @throws CliError where a name is no Pulumi stack of the project, or there is no cluster.
 */
export async function projectFacts(
  names: readonly string[],
  at: Date,
): Promise<Pick<StatusFacts, "clusters" | "unreadable">> {
  const { clusters, unreadable } = await look(names);
  return {
    clusters: await Promise.all(clusters.map((cluster) => clusterFacts(cluster, at, limits))),
    unreadable,
  };
}

async function look(names: readonly string[]): Promise<Project> {
  const all = (await PulumiStack.list()).map((name) => PulumiStack.named(name));
  const strangers = names.filter((name) => !all.some((stack) => isNamed(stack, name)));
  if (strangers.length > 0)
    throw badUsage(
      `${strangers.join(", ")}: no Pulumi stack of this project; it has ${all.map(({ shortName }) => shortName).join(", ") || "none"}`,
    );
  const run = pLimit(parallel);
  const read = await Promise.all(all.map((stack) => run(() => outputsOf(stack))));
  const readable = read.filter((one) => "outputs" in one);
  const unreadable = read.filter((one) => "reason" in one);
  const wanted = (stack: PulumiStack) => names.some((name) => isNamed(stack, name));
  const isAsked = (cluster: PulumiStack) =>
    names.length === 0 ||
    wanted(cluster) ||
    readable.some(({ stack, outputs }) => wanted(stack) && isNamed(cluster, clusterOf(outputs)));
  const clusters = readable.flatMap(({ stack, outputs }): readonly ClusterToAsk[] => {
    const orchestrator = orchestratorOf(outputs);
    if (orchestrator === undefined || !isAsked(stack)) return [];
    return [
      {
        stack,
        orchestrator,
        ...(typeof outputs.version === "string" && { version: outputs.version }),
        applications: readable
          .filter((one) => isNamed(stack, clusterOf(one.outputs)))
          .map((one) => applicationFacts(one.stack.shortName, one.outputs, orchestrator)),
      },
    ];
  });
  if (clusters.length === 0 && unreadable.length === 0)
    throw badUsage(
      names.length === 0
        ? "no Pulumi stack of this project has a cluster that stands: `pulumi up` on a cluster's makes one"
        : `${names.join(", ")}: neither a cluster that stands nor an application on one of this project; \`pulumi stack ls\` lists the others`,
    );
  return {
    clusters,
    unreadable: unreadable.map(({ stack, reason }) => ({ stack: stack.shortName, reason })),
  };
}

type Read =
  | { readonly stack: PulumiStack; readonly outputs: Outputs }
  | { readonly stack: PulumiStack; readonly reason: string };

async function outputsOf(stack: PulumiStack): Promise<Read> {
  try {
    return { stack, outputs: await stack.outputs() };
  } catch (error) {
    return { stack, reason: reasonOf(error) };
  }
}

/** By the short name, or by as much of `<organization>/<project>/<stack>` as is given. */
function isNamed({ shortName }: PulumiStack, name: string | undefined): boolean {
  return name?.slice(name.lastIndexOf("/") + 1) === shortName;
}

/** Of a cluster's outputs; those of the releases before there was a choice do not say. */
function orchestratorOf({ orchestrator, dockerEndpoints }: Outputs): Orchestrator | undefined {
  if (orchestrator === "swarm" || orchestrator === "kubernetes") return orchestrator;
  return dockerEndpoints === undefined ? undefined : "swarm";
}
