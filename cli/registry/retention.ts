import { parseAge } from "../../components/spec/cluster/age";
import type { RetentionRuleSpec } from "../../components/spec/cluster/platformSpec";

/** An image in the registry, by its digest. */
export interface StoredImage {
  readonly repository: string;
  readonly digest: string;
  /** All tags that stand for it. */
  readonly tags: readonly string[];
  /** Absent where its configuration does not say. */
  readonly created?: Date;
  /** Of an index, what it holds; of an image, nothing. */
  readonly children: readonly string[];
}

/** What becomes of an image, and why. */
export interface Verdict {
  readonly image: StoredImage;
  /** Absent where no rule is about it. */
  readonly rule?: RetentionRuleSpec;
  readonly verdict: "remove" | "keep";
  readonly reason: string;
}

/** What is deployed somewhere, or can be brought back there, by digest. */
export type Deployed = ReadonlyMap<string, string>;

/** Times before this one are what builders write who want the same image twice. */
const believable = Date.UTC(2013, 2, 20);

/**
 * Judges every image. One is removed where each of its tags has a rule that lets it go: a tag that no rule is about
 * keeps it.
 */
export function judge(
  images: readonly StoredImage[],
  rules: readonly RetentionRuleSpec[],
  deployed: Deployed,
  now: Date,
): readonly Verdict[] {
  const newest = newestOf(images, rules);
  return images.map((image): Verdict => {
    const keep = (reason: string, rule?: RetentionRuleSpec): Verdict => ({
      image,
      verdict: "keep",
      reason,
      ...(rule !== undefined && { rule }),
    });
    const ruled = image.tags.map((tag) => rules.find((rule) => isAbout(rule, image, tag)));
    const [rule] = ruled;
    const spared = image.tags.find((_, index) => ruled[index] === undefined);
    if (rule === undefined && ruled.every((one) => one === undefined))
      return keep("no rule is about it");
    if (spared !== undefined) return keep(`no rule is about its tag ${spared}`);
    const holder = [image.digest, ...image.children].flatMap((each) => deployed.get(each) ?? [])[0];
    if (holder !== undefined) return keep(`deployed: ${holder}`, rule);
    const { created } = image;
    if (created === undefined || created.getTime() < believable)
      return keep("its configuration does not say when it was made", rule);
    const age = now.getTime() - created.getTime();
    const young = ruled.find((one) => one !== undefined && age <= ageOf(one));
    if (young !== undefined) return keep(`not older than ${young.olderThan}`, young);
    const last = ruled.find((one) => one !== undefined && newest.get(one)?.has(image) === true);
    if (last !== undefined) return keep(`among the newest ${last.keepLast}`, last);
    return {
      image,
      verdict: "remove",
      reason: `older than ${rule?.olderThan ?? ""}`,
      ...(rule !== undefined && { rule }),
    };
  });
}

/**
 * Manifests to remove, in their order: those of images, then what only removed indexes hold. Parts that have a tag, that
 * a kept index holds, or that are deployed, stay.
 */
export function removals(
  verdicts: readonly Verdict[],
  deployed: Deployed,
): readonly { readonly repository: string; readonly digest: string }[] {
  const removed = verdicts.filter(({ verdict }) => verdict === "remove");
  const key = (repository: string, digest: string) => `${repository}@${digest}`;
  const stays = new Set(
    verdicts
      .filter(({ verdict }) => verdict === "keep")
      .flatMap(({ image: { repository, digest, children } }) =>
        [digest, ...children].map((each) => key(repository, each)),
      ),
  );
  const wanted = [
    ...removed.map(({ image: { repository, digest } }) => ({ repository, digest })),
    ...removed.flatMap(({ image: { repository, children } }) =>
      children.map((digest) => ({ repository, digest })),
    ),
  ];
  const seen = new Set<string>();
  return wanted.filter(({ repository, digest }) => {
    const it = key(repository, digest);
    if (stays.has(it) || deployed.has(digest) || seen.has(it)) return false;
    seen.add(it);
    return true;
  });
}

/** Of each rule, its newest images in each repository. */
function newestOf(
  images: readonly StoredImage[],
  rules: readonly RetentionRuleSpec[],
): ReadonlyMap<RetentionRuleSpec, ReadonlySet<StoredImage>> {
  return new Map(
    rules.map((rule) => {
      const byRepository = new Map<string, StoredImage[]>();
      for (const image of images) {
        const isRuled = image.tags.some(
          (tag) => rules.find((one) => isAbout(one, image, tag)) === rule,
        );
        if (!isRuled) continue;
        byRepository.set(image.repository, [...(byRepository.get(image.repository) ?? []), image]);
      }
      const kept = [...byRepository.values()].flatMap((those) =>
        [...those].sort(newestFirst).slice(0, rule.keepLast),
      );
      return [rule, new Set(kept)];
    }),
  );
}

/** Of the same time, by digest: the same answer each time. */
function newestFirst(a: StoredImage, b: StoredImage): number {
  const time = ({ created }: StoredImage) => created?.getTime() ?? 0;
  return time(b) - time(a) || a.digest.localeCompare(b.digest);
}

function isAbout(rule: RetentionRuleSpec, { repository }: StoredImage, tag: string): boolean {
  return matches(rule.repositories, repository) && matches(rule.tags, tag);
}

function ageOf({ olderThan }: RetentionRuleSpec): number {
  const age = parseAge(olderThan);
  if (age === undefined) throw new Error(`${olderThan} is no age, and has passed the checks`);
  return age;
}

/** Whether a name fits a pattern: `*` is any text without a slash, `**` any text, `?` one character that is no slash. */
export function matches(pattern: string, name: string): boolean {
  const source = pattern.replace(/\*\*|[*?]|[^*?]+/g, (part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    return part.replace(/[.+^${}()|[\]\\/-]/g, "\\$&");
  });
  return new RegExp(`^${source}$`).test(name);
}
