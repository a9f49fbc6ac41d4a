/** kube-score, a public linter of Kubernetes objects, as a program that says what it finds in ours. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { providePeer, run, type Peer } from "./peer";

const peer: Peer = {
  name: "kube-score",
  importPath: "github.com/zegl/kube-score/cmd/kube-score",
  title: "the linter of Kubernetes objects",
};

/** What the linter has to know of an object to say which one it means. */
export interface LintedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** One thing that the linter finds wrong. */
export interface Finding {
  /** Its name of the check, `container-resources`. */
  readonly check: string;
  /** `<kind> <namespace>/<name>`, and the container where it means one. */
  readonly at: string;
  /** In its own words, short. */
  readonly summary: string;
}

export interface Lint {
  /** `<kind> <namespace>/<name>` of the objects that it has checks for, and has looked at. */
  readonly seen: readonly string[];
  readonly findings: readonly Finding[];
}

/** As the linter's `json` tells it. */
interface Scored {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

/** The best grade: everything below has something to say. */
const best = 10;

/**
 * Has the linter look at objects that stand together on a cluster, at its default settings.
 *
 * @throws where it cannot read one of them.
 */
export async function kubeScore(objects: readonly LintedObject[]): Promise<Lint> {
  const linter = await providePeer(peer);
  const folder = await mkdtemp(path.join(os.tmpdir(), "slipway-lint-"));
  try {
    const file = path.join(folder, "objects.yml");
    // Its parser knows YAML 1.1, where a bare `yes` is no text.
    const texts = objects.map((object) => stringify(object, { version: "1.1" }));
    await writeFile(file, texts.join("---\n"));
    return read(await answer(linter, file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** It ends with 1 both where it finds something and where it fails; only then it has no answer. */
async function answer(linter: string, file: string): Promise<string> {
  const args = ["score", "--output-format", "json", file];
  const asked = run(linter, args, { env: {}, maxBuffer: 2 ** 26 });
  const { stdout } = await asked.catch((error: unknown) => {
    if ((error as { readonly stdout?: string }).stdout) return error as { readonly stdout: string };
    throw error;
  });
  return stdout;
}

function read(text: string): Lint {
  // `null` where it has checks for none of the objects.
  const scored = (JSON.parse(text) ?? []) as readonly Scored[];
  const findings = scored.flatMap((one) =>
    one.checks
      .filter(({ grade, skipped }) => !skipped && grade < best)
      .flatMap(({ check, comments }) =>
        (comments ?? []).map((comment) => ({
          check: check.id,
          at: [place(one), comment.path].filter((part) => part !== "").join(" "),
          summary: comment.summary,
        })),
      ),
  );
  return { seen: scored.map(place), findings };
}

function place({ type_meta: { kind }, object_meta: metadata }: Scored): string {
  return placeOf({ kind, metadata });
}

/** How the linter's answer names an object. */
export function placeOf({ kind, metadata: { namespace, name } }: LintedObject): string {
  return `${kind} ${namespace ?? ""}/${name}`;
}
