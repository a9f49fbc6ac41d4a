import type { Plan } from "./plan";

/** One release in an environment, as the ledger keeps it: application version, environment version and image digests. */
export interface Release {
  /** Counts up within the environment. */
  readonly number: number;
  readonly applicationVersion: string;
  readonly environmentVersion?: string;
  readonly environmentHash: string;
  /** Image of each service, with its digest. */
  readonly images: Readonly<Record<string, string>>;
  readonly outcome: "succeeded" | "failed";
  /** Why it failed, in one paragraph. */
  readonly failure?: string;
  readonly kind: "deploy" | "rollback" | "promote";
  /** The release that a rollback brought back, or where a promotion came from (`shop-dev #12`). */
  readonly of?: string;
  /** What `--force` went past. */
  readonly forced?: readonly string[];
  /** Who deployed it. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** Commit of the repository that the files came from. */
  readonly commit?: string;
  /** Tells two plans apart. */
  readonly planHash: string;
}

/** What the Pulumi stack of an application in an environment remembers. */
export interface Ledger {
  /** The oldest first. */
  readonly releases: readonly Release[];
  /** Plans of the last releases that succeeded, packed, by number. Secret. */
  readonly plans: Readonly<Record<string, string>>;
  /** Secret that names of secrets are salted with. */
  readonly salt: string;
}

/** How many releases the state keeps, and of how many the plan: older ones are in Pulumi's own history. */
export const kept = { releases: 200, plans: 20 } as const;

/** The release that runs, unless a deployment failed half way. */
export function currentRelease({ releases }: Pick<Ledger, "releases">): Release | undefined {
  return releases.findLast(({ outcome }) => outcome === "succeeded");
}

/** The release before the current one: where a rollback goes. */
export function releaseBefore(ledger: Pick<Ledger, "releases">): Release | undefined {
  const current = currentRelease(ledger);
  if (current === undefined) return undefined;
  // What a rollback brought back counts as what it was: going back twice goes back two releases, and a release that
  // was gone back from is not what was before the one that came next.
  const shown = original(ledger, current);
  const before = ledger.releases.findLast(
    ({ outcome, number }) => outcome === "succeeded" && number < shown.number,
  );
  return before && original(ledger, before);
}

/** The release whose content this one has: of a rollback, the one that it brought back. */
function original({ releases }: Pick<Ledger, "releases">, release: Release): Release {
  if (release.kind !== "rollback") return release;
  const target = releases.find(({ number }) => `#${number}` === release.of);
  return target === undefined ? release : original({ releases }, target);
}

/** The ledger with one more release; of what is the same as the current one, no new release. */
export function recorded(
  ledger: Ledger,
  failed: Omit<Release, "number"> | undefined,
  release: Omit<Release, "number">,
  packedPlan: string,
): Ledger {
  const before = failed === undefined ? ledger : appended(ledger, failed);
  const current = currentRelease(before);
  const isSame = current?.planHash === release.planHash && failed === undefined;
  if (isSame) return before;
  const next = appended(before, release);
  const number = String(next.releases.at(-1)?.number ?? 1);
  const plans = Object.entries({ ...next.plans, [number]: packedPlan })
    .sort(([a], [b]) => Number(a) - Number(b))
    .slice(-kept.plans);
  return { ...next, plans: Object.fromEntries(plans) };
}

function appended(ledger: Ledger, release: Omit<Release, "number">): Ledger {
  const number = (ledger.releases.at(-1)?.number ?? 0) + 1;
  return {
    ...ledger,
    releases: [...ledger.releases, { number, ...release }].slice(-kept.releases),
  };
}

/** A version that would mean something else than before. */
export interface VersionConflict {
  readonly axis: "application" | "environment";
  /** Where the project asks for it. */
  readonly path: readonly string[];
  readonly message: string;
}

/** The plan's versions that were released here before with other content. */
export function versionConflicts(
  { releases }: Pick<Ledger, "releases">,
  plan: Pick<
    Plan,
    | "applicationVersion"
    | "environmentVersion"
    | "environmentHash"
    | "images"
    | "versioned"
    | "project"
  >,
): readonly VersionConflict[] {
  const conflicts: VersionConflict[] = [];
  const { applicationVersion, environmentVersion } = plan;
  const sameApplication = releases.findLast(
    (release) => release.applicationVersion === applicationVersion,
  );
  for (const { key, before, now } of movedImages(sameApplication, plan, true)) {
    conflicts.push({
      axis: "application",
      path: ["services", key, "image"],
      message: `application version ${applicationVersion} was released here before (#${sameApplication?.number ?? 0}) with another image of ${key}: ${before}, now ${now}. Give the new image a new version`,
    });
  }
  if (environmentVersion === undefined) return conflicts;
  const sameEnvironment = releases.findLast(
    (release) => release.environmentVersion === environmentVersion,
  );
  const released = `environment version ${environmentVersion} was released here before (#${sameEnvironment?.number ?? 0}) with`;
  if (sameEnvironment !== undefined && sameEnvironment.environmentHash !== plan.environmentHash) {
    conflicts.push({
      axis: "environment",
      path: ["x-slipway", "version"],
      message: `${released} other content. Raise x-slipway.version`,
    });
  }
  for (const { key, before, now } of movedImages(sameEnvironment, plan, false)) {
    conflicts.push({
      axis: "environment",
      path: ["services", key, "image"],
      message: `${released} another image of ${key}: ${before}, now ${now}. Raise x-slipway.version, or name the image by its digest`,
    });
  }
  return conflicts;
}

/** Services whose image has another digest than in a release, though its name is the same. */
function movedImages(
  release: Release | undefined,
  { project, images, versioned }: Pick<Plan, "project" | "images" | "versioned">,
  ofApplication: boolean,
): readonly { readonly key: string; readonly before: string; readonly now: string }[] {
  return Object.entries(release?.images ?? {}).flatMap(([key, recordedImage]) => {
    const name = project.services[key]?.image;
    const image = name === undefined ? undefined : images[name]?.image;
    if (name === undefined || image === undefined) return [];
    if (versioned.includes(name) !== ofApplication || nameOf(recordedImage) !== nameOf(image))
      return [];
    const [before, now] = [digestOf(recordedImage), digestOf(image)];
    return before === now ? [] : [{ key, before, now }];
  });
}

function nameOf(image: string): string {
  return image.split("@")[0] ?? image;
}

/** `sha256:…` of an image's name with its digest. */
export function digestOf(image: string): string {
  return image.slice(image.indexOf("@") + 1);
}
