import type * as pulumi from "@pulumi/pulumi";
import type { DashboardSettings } from "./dashboards";

/** What Grafana is made of, on every orchestrator. */
export interface GrafanaSettings {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** Name by which browsers ask for it. */
  readonly host: string;
  /** Port by which they do. */
  readonly httpsPort: number;
  readonly dashboards: DashboardSettings;
  /** Machine that its data is on. Always present in a Swarm. */
  readonly node?: string;
  /** Full image name, in the place of the pinned one. */
  readonly image?: string;
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
}

/** What no file says. */
export interface GrafanaSecrets {
  /** Of the account that there is from the start. */
  readonly password: string;
  /** Known to nobody: without it the name of a secret would let anybody test guesses of its value. */
  readonly salt: string;
}

/** What Grafana needs to read the store's lines; present where dashboards show them. */
export interface LinesSecrets {
  /** Of the account that may read, and nothing else. */
  readonly password: pulumi.Output<string>;
  /** PEM of the authority that signed for the store. */
  readonly authority: pulumi.Output<string>;
}
