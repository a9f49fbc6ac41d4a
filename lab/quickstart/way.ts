import type { Lab } from "../index";

/** Outputs of a cluster's Pulumi stack, with its secrets. */
export type Outputs = Readonly<Record<string, unknown>>;

/** Something that a user may want to do now. */
export interface Way {
  readonly title: string;
  readonly commands: readonly string[];
}

/** Where the application answers, and how to look at the cluster. */
export type Ways = (
  lab: Lab,
  outputs: Outputs,
  stack: string,
) => { readonly answers: Way; readonly looks: readonly Way[] };

/** How to log in to a machine. */
export function login(title: string, outputs: Outputs, address: string): Way {
  return {
    title,
    commands: [`ssh -i "$SLIPWAY_SSH_PRIVATE_KEY_FILE" ${String(outputs.sshUser)}@${address}`],
  };
}
