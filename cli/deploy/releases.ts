import { currentRelease, digestOf, type Release } from "../../components/application/ledger";
import { PulumiStack } from "../pulumi/stack";
import { table } from "../table";
import type { Terminal } from "../terminal";
import { historyIn, releaseHistory, stackNameOf } from "./ledger";

/** `slipway releases`: what runs where; or everything that one application has had in one environment. */
export async function runReleases(
  application: string | undefined,
  environment: string | undefined,
  terminal: Terminal,
): Promise<void> {
  if (application !== undefined && environment !== undefined) {
    const stack = PulumiStack.named(stackNameOf(application, environment));
    const { releases } = await releaseHistory(stack);
    for (const line of table([historyHead, ...[...releases].reverse().map(historyRow)]))
      terminal.say(line);
    terminal.result(releases);
    return;
  }
  const running = await runningReleases(application);
  if (running.length === 0) terminal.say("nothing is deployed");
  else {
    for (const line of table([matrixHead, ...running.map(matrixRow)])) terminal.say(line);
  }
  terminal.result(running);
}

interface Running {
  /** Pulumi stack. */
  readonly stack: string;
  readonly application: string;
  readonly environment?: string;
  readonly release: Release;
  /** A later release that was tried and failed. */
  readonly failedSince?: Release;
}

async function runningReleases(application: string | undefined): Promise<readonly Running[]> {
  const names = (await PulumiStack.list()).filter(
    (name) => application === undefined || name.startsWith(`${application}-`),
  );
  const found = await Promise.all(
    names.map(async (name): Promise<readonly Running[]> => {
      const history = historyIn(await PulumiStack.named(name).outputs());
      const release = history && currentRelease(history);
      if (release === undefined) return [];
      const { environment } = history ?? {};
      const known = environment !== undefined && name.endsWith(`-${environment}`);
      const failedSince = history?.releases.findLast(
        ({ outcome, number }) => outcome === "failed" && number === release.number - 1,
      );
      return [
        {
          stack: name,
          application: known ? name.slice(0, -environment.length - 1) : name,
          ...(environment !== undefined && { environment }),
          release,
          ...(failedSince !== undefined && { failedSince }),
        },
      ];
    }),
  );
  return found.flat();
}

const matrixHead = [
  "APPLICATION",
  "ENVIRONMENT",
  "RELEASE",
  "APPLICATION VERSION",
  "ENVIRONMENT VERSION",
  "BY",
  "AT",
  "COMMIT",
  "IMAGES",
];

function matrixRow({ application, environment, release }: Running): string[] {
  return [
    application,
    environment ?? "-",
    `#${release.number}`,
    release.applicationVersion,
    release.environmentVersion ?? "-",
    release.by,
    release.at,
    shortCommit(release),
    shortDigests(release),
  ];
}

const historyHead = [
  "RELEASE",
  "OUTCOME",
  "APPLICATION VERSION",
  "ENVIRONMENT VERSION",
  "KIND",
  "BY",
  "AT",
  "COMMIT",
  "IMAGES",
  "NOTE",
];

function historyRow(release: Release): string[] {
  return [
    `#${release.number}`,
    release.outcome,
    release.applicationVersion,
    release.environmentVersion ?? "-",
    release.of === undefined ? release.kind : `${release.kind} of ${release.of}`,
    release.by,
    release.at,
    shortCommit(release),
    shortDigests(release),
    [release.failure ?? "", ...(release.forced ?? []).map((text) => `forced: ${text}`)]
      .filter(Boolean)
      .join("; "),
  ];
}

function shortCommit({ commit }: Release): string {
  if (commit === undefined) return "-";
  const [hash = "", ...rest] = commit.split(" ");
  return [hash.slice(0, 10), ...(rest.length > 0 ? ["(changed)"] : [])].join(" ");
}

function shortDigests({ images }: Release): string {
  return Object.entries(images)
    .map(([key, image]) => `${key}=${digestOf(image).replace("sha256:", "").slice(0, 12)}`)
    .join(" ");
}
