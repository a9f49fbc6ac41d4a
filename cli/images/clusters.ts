import { existsSync } from "node:fs";
import { loadCluster, type ClusterSpec } from "../../components/spec";
import { badUsage } from "../exit";
import { PulumiStack } from "../pulumi/stack";
import { clusterSpec } from "../registry/cluster";

/** A cluster that a command is about. */
export interface NamedCluster {
  readonly name: string;
  readonly spec: ClusterSpec;
  /** Absent where the file itself was named. */
  readonly stack?: PulumiStack;
}

/** A cluster by its `cluster.yml`, for which nothing is asked, or by its Pulumi stack. */
export async function namedCluster(name: string): Promise<NamedCluster> {
  if (!/\.ya?ml$/.test(name)) {
    const stack = await PulumiStack.open(name);
    return { name, spec: await clusterSpec(stack), stack };
  }
  if (!existsSync(name))
    throw badUsage(`there is no file ${name}: name a cluster.yml, or a cluster's Pulumi stack`);
  return { name, spec: loadCluster(name).spec };
}
