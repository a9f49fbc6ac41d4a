import pLimit from "p-limit";
import { mirroredNames } from "../../components/platform/catalogue";
import type { RetentionRuleSpec } from "../../components/spec";
import { badUsage, failed } from "../exit";
import { PulumiStack } from "../pulumi/stack";
import { table } from "../table";
import type { Terminal } from "../terminal";
import { RegistryClient, type StoredManifest } from "./client";
import { clusterSpec, maintenanceConnection } from "./cluster";
import { deployedImages } from "./deployed";
import { judge, removals, type Deployed, type StoredImage, type Verdict } from "./retention";

export interface PruneOptions {
  readonly stack: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** Questions to the registry at a time. */
const parallel = 8;

/** `slipway registry prune`: removes what the rules of `cluster.yml` let go and nothing has deployed. */
export async function runPrune(
  { stack: name, yes, dryRun }: PruneOptions,
  terminal: Terminal,
): Promise<void> {
  const stack = await PulumiStack.open(name);
  const spec = await clusterSpec(stack);
  const rules = spec.platform.registry?.retention ?? [];
  if (rules.length === 0)
    throw badUsage(
      `${name} keeps all images: its cluster.yml has no platform.registry.retention; add a rule, for example { tags: dev-*, olderThan: 30d }`,
    );
  const connection = await maintenanceConnection(stack);
  const client = new RegistryClient(connection);
  const images = await storedImages(client, rules, terminal);
  // After the images: what is deployed meanwhile is known here.
  const deployed = withPlatform(await deployedImages(), images, mirroredNames(spec));
  const verdicts = judge(images, rules, deployed, new Date());
  const manifests = removals(verdicts, deployed);
  show(verdicts, terminal);
  const result = {
    registry: connection.host,
    dryRun,
    removed: dryRun ? [] : manifests,
    verdicts: verdicts.map(({ image, verdict, reason }) => ({
      repository: image.repository,
      digest: image.digest,
      tags: image.tags,
      created: image.created?.toISOString() ?? null,
      verdict,
      reason,
    })),
  };
  if (manifests.length === 0 || dryRun) {
    terminal.say(
      manifests.length === 0 ? "Nothing is to be removed." : "Nothing was removed: --dry-run.",
    );
    terminal.result(result);
    return;
  }
  if (
    !yes &&
    !(await terminal.confirm(
      "Remove them? What they alone refer to goes with the next garbage collection.",
    ))
  ) {
    terminal.say("Nothing was removed.");
    terminal.result({ ...result, removed: [] });
    return;
  }
  await removeAll(client, manifests, terminal);
  terminal.result(result);
}

/** Images with a tag that some rule may be about, each once. */
async function storedImages(
  client: RegistryClient,
  rules: readonly RetentionRuleSpec[],
  terminal: Terminal,
): Promise<readonly StoredImage[]> {
  const limit = pLimit(parallel);
  const repositories = await client.repositories();
  terminal.progress(`${repositories.length} repositories, ${rules.length} rules`);
  const found = await Promise.all(
    repositories.map(async (repository) => {
      const tags = await limit(() => client.tags(repository));
      const byDigest = new Map<string, { manifest: StoredManifest; tags: string[] }>();
      await Promise.all(
        tags.map((tag) =>
          limit(async () => {
            const manifest = await client.manifest(repository, tag);
            // Removed since it was listed.
            if (manifest === undefined) return;
            const known = byDigest.get(manifest.digest);
            if (known === undefined) byDigest.set(manifest.digest, { manifest, tags: [tag] });
            else known.tags.push(tag);
          }),
        ),
      );
      const images = [...byDigest.values()].map(({ manifest, tags: those }) =>
        limit(() => described(client, repository, manifest, those.sort())),
      );
      return Promise.all(images);
    }),
  );
  return found.flat().sort((a, b) => order(a).localeCompare(order(b)));
}

function order({ repository, tags, digest }: StoredImage): string {
  return `${repository}:${tags[0] ?? ""}@${digest}`;
}

async function described(
  client: RegistryClient,
  repository: string,
  { digest, children, config }: StoredManifest,
  tags: readonly string[],
): Promise<StoredImage> {
  const created = await madeAt(client, repository, children, config);
  return { repository, digest, tags, children, ...(created !== undefined && { created }) };
}

/** Of an index, when the youngest of its images was made. */
async function madeAt(
  client: RegistryClient,
  repository: string,
  children: readonly string[],
  config: string | undefined,
): Promise<Date | undefined> {
  if (config !== undefined) return client.created(repository, config);
  const dates = await Promise.all(
    children.map(async (child) => {
      const part = await client.manifest(repository, child);
      return part?.config === undefined ? undefined : client.created(repository, part.config);
    }),
  );
  const known = dates.filter((date) => date !== undefined);
  return known.length === 0 ? undefined : new Date(Math.max(...known.map(Number)));
}

/** What is deployed, with the images of the platform where this registry is their mirror. */
function withPlatform(
  deployed: Deployed,
  images: readonly StoredImage[],
  names: ReadonlySet<string>,
): Deployed {
  const ofPlatform = images.flatMap(({ repository, digest, tags }) =>
    tags.some((tag) => names.has(`${repository}:${tag}`))
      ? [[digest, "the platform's own"] as const]
      : [],
  );
  return new Map([...deployed, ...ofPlatform]);
}

function show(verdicts: readonly Verdict[], terminal: Terminal): void {
  const ruled = verdicts.filter(({ rule }) => rule !== undefined);
  if (ruled.length === 0) {
    terminal.say("No image has a tag that a rule is about.");
    return;
  }
  const rows = ruled.map(({ image, verdict, reason }) => [
    verdict,
    image.repository,
    image.tags.join(" "),
    image.digest.replace("sha256:", "").slice(0, 12),
    image.created?.toISOString().slice(0, 10) ?? "-",
    reason,
  ]);
  for (const line of table([["", "REPOSITORY", "TAGS", "DIGEST", "MADE", "WHY"], ...rows]))
    terminal.say(line);
}

async function removeAll(
  client: RegistryClient,
  manifests: ReturnType<typeof removals>,
  terminal: Terminal,
): Promise<void> {
  const failures: string[] = [];
  for (const [index, { repository, digest }] of manifests.entries()) {
    try {
      await client.remove(repository, digest);
      terminal.progress(`${index + 1}/${manifests.length} removed ${repository}@${digest}`);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (failures.length === 0) return;
  throw failed(
    `${failures.length} of ${manifests.length} could not be removed; run it again:\n${[...new Set(failures)].join("\n")}`,
  );
}
