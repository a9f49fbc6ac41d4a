import type * as pulumi from "@pulumi/pulumi";
import type { Plan } from "../../components/application";
import type { Finding } from "../../components/spec/finding";
import type { ApplicationSettings } from "./settings";

/** A deployment, as far as it is known before the cluster is asked. */
export interface Wanted {
  readonly settings: ApplicationSettings;
  /** `<project>/<stack>` that deploys. */
  readonly owner: string;
  /** Its images may be unpinned still. */
  readonly plan: Plan;
  /** What comes from the ledger runs the images that it ran. */
  readonly isPinned: boolean;
  /** Digests that were decided elsewhere (a promotion), by image as the file names it. */
  readonly digests: Readonly<Record<string, string>>;
  /** Secret that names of secrets are salted with. */
  readonly salt: string;
}

/** A deployment, after the cluster was asked and before anything was touched. */
export interface Prepared {
  /** By name as the file has it, with their digests. */
  readonly images: Plan["images"];
  /** What stands against the deployment, and what is worth a warning. */
  readonly findings: readonly Finding[];
  /** What the nodes that take tasks have, the largest first. */
  readonly capacity: readonly { readonly cpus: number; readonly memoryMiB: number }[];
  /** Makes the application's resources. */
  deploy(plan: Plan): Rollout;
}

export interface Rollout {
  /** Names of the services on the cluster. */
  readonly services: readonly string[];
  /** Resolves when every service runs what it should, and every job is done. */
  readonly completed: pulumi.Output<void>;
}
