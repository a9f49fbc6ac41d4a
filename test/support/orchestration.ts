import type { LabCluster } from "./cluster";
import type { Site } from "./site";

/** What tests of applications ask of an orchestrator, or do to it behind Slipway's back, as its operators would. */
export interface Orchestration {
  readonly cluster: LabCluster;
  /** Image of each service of an application with its digest, as it runs. */
  images(application: string): Promise<Record<string, string>>;
  /** Names of the secrets that an application has. */
  secrets(application: string): Promise<readonly string[]>;
  /** Empties a machine (`workers-1`), and waits until what ran there runs elsewhere. */
  drain(machine: string): Promise<void>;
  /** Lets a machine have tasks again. */
  admit(machine: string): Promise<void>;
  /** Changes a service by hand. */
  scale(application: string, service: string, replicas: number): Promise<void>;
  /** How many tasks a service is to have. */
  replicas(application: string, service: string): Promise<number>;
  /** That Pulumi itself shows what was changed by hand of `api`. */
  expectShown(site: Site): Promise<void>;
}
