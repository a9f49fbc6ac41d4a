/** What a rule wants to know is not known yet: it can be judged neither right nor wrong. */
export class Undetermined extends Error {
  /** @param path of the value in the resource, `spec.TaskTemplate.Networks`. */
  constructor(
    readonly path: string,
    reason = "is not known before the update",
  ) {
    super(`${path === "" ? "a value" : path} ${reason}`);
    this.name = "Undetermined";
  }
}

/** Looks at every one of several; what of them is not known is told at the end, and hides nothing that is wrong with others. */
export function lookAtEach<T>(items: readonly T[], look: (item: T) => void): void {
  let unknown: Undetermined | undefined;
  for (const item of items) {
    try {
      look(item);
    } catch (error) {
      if (!(error instanceof Undetermined)) throw error;
      unknown ??= error;
    }
  }
  if (unknown !== undefined) throw unknown;
}

/** The same, where looking takes its time. */
export async function lookAtEachInTime<T>(
  items: readonly T[],
  look: (item: T) => Promise<void>,
): Promise<void> {
  lookAtEach(await Promise.allSettled(items.map(look)), (one) => {
    if (one.status === "rejected") throw one.reason;
  });
}

/** Texts by which Pulumi says that a value of some type is not known yet (sdk/go/common/resource/plugin/rpc.go). */
const unknowns: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** The text of a value that is not known yet, as tests and recorded previews have it. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** By which Pulumi's state tells a secret from other objects; its text when it shows one to nobody. */
const secretSignature = "4dabf18193072939515e22adb298388d";
const hiddenSecret = "[secret]";

type Step = string | number;

/**
 * A value of a resource, read step by step. Whoever asks for what is not known yet gets `Undetermined`, and nobody can
 * mistake it for absent.
 */
export class Value {
  constructor(
    private readonly content: unknown,
    private readonly path = "",
  ) {}

  /** The value below; absent where there is none. */
  at(...steps: readonly Step[]): Value {
    return steps.reduce<Value>((value, step) => value.child(step), this);
  }

  get isAbsent(): boolean {
    return this.known() === undefined || this.known() === null;
  }

  text(): string | undefined {
    const content = this.known();
    return typeof content === "string"
      ? content
      : typeof content === "number" || typeof content === "boolean"
        ? String(content)
        : undefined;
  }

  /** Numbers, and texts that are some. */
  number(): number | undefined {
    const content = this.known();
    if (typeof content === "number") return content;
    const isNumber = typeof content === "string" && /^-?\d+(\.\d+)?$/.test(content);
    return isNumber ? Number(content) : undefined;
  }

  /** Absent is false. */
  boolean(): boolean {
    const content = this.known();
    return content === true || content === "true";
  }

  /** None for what is no list. */
  items(): readonly Value[] {
    const content = this.known();
    if (!Array.isArray(content)) return [];
    return content.map((item, index) => new Value(item, `${this.path}[${index}]`));
  }

  texts(): readonly string[] {
    return this.items().flatMap((item) => item.text() ?? []);
  }

  /** Names and values of a mapping. */
  entries(): readonly (readonly [string, Value])[] {
    const content = this.known();
    if (typeof content !== "object" || content === null || Array.isArray(content)) return [];
    return Object.keys(content).map((name) => [name, this.child(name)] as const);
  }

  /** The content as it is, unknown parts and all. */
  raw(): unknown {
    return this.content;
  }

  /** Whether this value itself is known. */
  get isKnown(): boolean {
    return !isUnknown(this.content) && !isHidden(this.content);
  }

  private child(step: Step): Value {
    // Of what is not known, no part is: whoever reads it is told what it is.
    if (!this.isKnown) return this;
    const { content } = this;
    const path = typeof step === "number" ? `${this.path}[${step}]` : join(this.path, step);
    if (typeof content !== "object" || content === null) return new Value(undefined, path);
    return new Value((content as Readonly<Record<Step, unknown>>)[step], path);
  }

  private known(): unknown {
    if (isUnknown(this.content)) throw new Undetermined(this.path);
    if (isHidden(this.content)) throw new Undetermined(this.path, "is a secret, and not shown");
    return this.content;
  }
}

function join(path: string, step: string): string {
  return path === "" ? step : `${path}.${step}`;
}

function isUnknown(content: unknown): boolean {
  return typeof content === "string" && unknowns.has(content);
}

function isHidden(content: unknown): boolean {
  if (content === hiddenSecret) return true;
  return typeof content === "object" && content !== null && secretSignature in content;
}
