import type { Command } from "commander";
import type * as listing from "../images/list";
import type * as syncing from "../images/sync";
import type * as terminals from "../terminal";

const explanation = `
Of each cluster, by its Pulumi stack or its cluster.yml: every image that it pulls for itself, with the
name that nodes pull. What a cluster.yml names by an image of its own is not among them, nor are the
images of applications.

Examples:
  slipway images prod
  slipway images stacks/dev/cluster.yml stacks/prod/cluster.yml --json
  slipway images sync prod`;

const syncExplanation = `
Copies by skopeo every image that the cluster pulls for itself to where platform.mirror in its
cluster.yml says, for all platforms, and holds the digests of both ends against each other. What is
there already is left alone: run it again after it was stopped. Credentials are skopeo's own
(skopeo login); for the cluster's own registry none are needed.

Examples:
  slipway images sync prod --dry-run
  slipway images sync stacks/prod/cluster.yml
  slipway images sync prod --from hub.example.com/mirror`;

interface SyncFlags {
  readonly from?: string;
  readonly fromCertDir?: string;
  readonly certDir?: string;
  readonly dryRun?: boolean;
}

/** `slipway images <cluster…>` and `slipway images sync <cluster>` */
export function addImages(program: Command): void {
  const images = program
    .command("images")
    .summary("list what a site must mirror, and copy it")
    .description("List what a site must mirror for its clusters.")
    .argument("<cluster...>", "Pulumi stack of a cluster, or its cluster.yml")
    .addHelpText("after", explanation)
    .action(async (names: readonly string[], _flags: object, command: Command) => {
      const { runImages } = module.require("../images/list") as typeof listing;
      await runImages(names, terminalOf(command));
    });
  images
    .command("sync")
    .summary("copy it, with digests checked")
    .description("Copy what a cluster pulls for itself to the site's mirror.")
    .argument("<cluster>", "Pulumi stack of the cluster, or its cluster.yml")
    .option("--from <prefix>", "registry prefix to copy from, in the place of the images' own")
    .option("--from-cert-dir <folder>", "folder with the authority of what is copied from (ca.crt)")
    .option("--cert-dir <folder>", "folder with the authority of the mirror (ca.crt)")
    .option("--dry-run", "show what would be copied and change nothing")
    .addHelpText("after", syncExplanation)
    .action(async (cluster: string, flags: SyncFlags, command: Command) => {
      const { runSync } = module.require("../images/sync") as typeof syncing;
      await runSync({ cluster, ...flags, dryRun: flags.dryRun === true }, terminalOf(command));
    });
}

function terminalOf(command: Command): terminals.Terminal {
  const { Terminal } = module.require("../terminal") as typeof terminals;
  return new Terminal({ json: command.optsWithGlobals<{ json?: boolean }>().json === true });
}
