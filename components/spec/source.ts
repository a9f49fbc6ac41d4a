import {
  LineCounter,
  type Document,
  type Node,
  type Scalar,
  type Tags,
  isMap,
  isScalar,
  isSeq,
} from "yaml";
import type { Finding } from "./finding";
import {
  interpolate,
  type InterpolationIssue,
  type InterpolationOptions,
  type Variables,
} from "./interpolation";
import { type Path, type Problem, SpecError, inOrder, renderPath } from "./problem";
import { aliasMistakes, firstAliasOffset } from "./yaml/aliases";
import { describeYamlError } from "./yaml/errors";
import { mergeMistakes } from "./yaml/merges";
import { parseYaml } from "./yaml/parse";
import { traverse } from "./yaml/traverse";
import { pathFrom, walk } from "./yaml/walk";

/** How often aliases may be expanded in one file: enough for any hand-written file, too little for a bomb. */
const maxAliasCount = 1000;

export interface SourceOptions {
  /** Tags beside those of YAML's core schema. */
  readonly customTags?: (core: Tags) => Tags;
  /** What to do about a file without content. */
  readonly whenEmpty?: string;
}

/** A YAML file with the place of everything in it. */
export class Source {
  private readonly lines = new LineCounter();
  /** The parsed document; its scalars change when variables are replaced. */
  readonly document: Document;
  private readonly interpolated = new WeakSet<object>();
  private readonly unresolvedNodes = new WeakSet<object>();
  /** Values whose variables could not be resolved: reported already, and not to be judged further. */
  readonly unresolved: Path[] = [];
  /** Problems of the YAML itself that leave the rest readable. */
  readonly problems: Problem[] = [];

  /** Parses; a `SpecError` with all problems when the text is no readable YAML document. */
  constructor(
    readonly file: string,
    private readonly text: string,
    options: SourceOptions = {},
  ) {
    const parsed = parseYaml(text, { lineCounter: this.lines, customTags: options.customTags });
    if ("tooDeepAt" in parsed) {
      this.fail(parsed.tooDeepAt, 1, "is nested deeper than any spec needs to be; flatten it");
    }
    this.document = parsed;
    const readable =
      this.reportSyntax() &&
      this.reportMistakes(aliasMistakes(this.document)) &&
      this.reportMistakes(mergeMistakes(this.document));
    if (!readable) throw new SpecError(inOrder(this.problems));
    if (this.isEmpty()) {
      const { whenEmpty = "write a spec, or start from an example under stacks/" } = options;
      this.fail(1, 1, `is empty; ${whenEmpty}`);
    }
  }

  /** Replaces variables in all text values, and answers what could not be replaced. */
  interpolate(variables: Variables, options: InterpolationOptions = {}): void {
    traverse(this.document, (node, isKey, ancestors) => {
      if (isKey || !isScalar(node)) return;
      if (typeof node.value !== "string" || !node.value.includes("$")) return;
      const { text, issues } = interpolate(node.value, variables, options);
      if (issues.length > 0) this.reportUnresolved(node, pathFrom(ancestors, node), issues);
      if (issues.some((issue) => issue.isWarning !== true)) return;
      node.value = text;
      this.interpolated.add(node);
    });
  }

  /** The plain data; a `SpecError` when aliases multiply beyond reason. */
  data(): unknown {
    try {
      return this.document.toJS({ maxAliasCount }) as unknown;
    } catch (cause) {
      if (cause instanceof ReferenceError) {
        const { line, column } = this.place(firstAliasOffset(this.document));
        this.fail(line, column, "expands aliases (`*name`) too often; write the values out");
      }
      throw cause;
    }
  }

  /** Turns findings into problems at their places. */
  locate(finding: Finding): Problem {
    const { line, column } = this.placeOf(finding.path, finding.atKey === true);
    return {
      ...this.problem(line, column, renderPath(finding.path), finding.message),
      severity: finding.severity,
    };
  }

  /** Whether the file itself has a value at this path (a default does not count). */
  has(path: Path): boolean {
    return walk(this.document, path)?.complete === true;
  }

  /** A number as it is written (`20.10`, which as a number would be 20.1). */
  written(path: Path): string | undefined {
    const node = this.nodeAt(path);
    return isScalar(node) && typeof node.source === "string" ? node.source : undefined;
  }

  /** Whether the text at this path came from a variable and so may stand for a number or a truth value. */
  isInterpolated(path: Path): boolean {
    const node = this.nodeAt(path);
    return node !== undefined && this.interpolated.has(node);
  }

  /** Whether a value's variables could not be replaced. */
  isUnresolved(node: Node): boolean {
    return this.unresolvedNodes.has(node);
  }

  /** Whether the document can be read on, in spite of what is wrong with its syntax. */
  private reportSyntax(): boolean {
    let readable = true;
    for (const issue of [...this.document.errors, ...this.document.warnings]) {
      const isHarmless = issue.code === "DUPLICATE_KEY" || issue.code === "TAG_RESOLVE_FAILED";
      // What follows a broken structure is nearly always the same mistake seen again; tabs are on their own.
      if (!readable && !isHarmless && issue.code !== "TAB_AS_INDENT") continue;
      const { line, column } = this.place(issue.pos[0]);
      this.problems.push(this.problem(line, column, "", describeYamlError(issue, this.text)));
      if (!isHarmless) readable = false;
    }
    return readable;
  }

  /** Whether there were none. */
  private reportMistakes(
    mistakes: readonly { readonly offset: number; readonly message: string }[],
  ): boolean {
    for (const { offset, message } of mistakes) {
      const { line, column } = this.place(offset);
      this.problems.push(this.problem(line, column, "", message));
    }
    return mistakes.length === 0;
  }

  private nodeAt(path: Path): Node | undefined {
    const found = walk(this.document, path);
    return found?.complete === true ? found.node : undefined;
  }

  private placeOf(path: Path, atKey: boolean): { line: number; column: number } {
    const found = walk(this.document, path);
    if (found === undefined) return { line: 1, column: 1 };
    return this.placeOfNodes(found.node, found.key, atKey || !found.complete);
  }

  /** Where a reader looks for a value: at itself, or at its key where that stands on a line above. */
  placeOfNodes(
    value: Node,
    key: Node | undefined,
    atKey: boolean,
  ): { line: number; column: number } {
    const node = atKey || !startsOnKeyLine(value) ? (key ?? value) : value;
    return this.place(node.range?.[0] ?? 0);
  }

  private reportUnresolved(node: Scalar, path: Path, issues: readonly InterpolationIssue[]): void {
    if (issues.some((issue) => issue.isWarning !== true)) {
      this.unresolved.push(path);
      this.unresolvedNodes.add(node);
    }
    for (const { offset, message, isWarning } of issues) {
      const { line, column } = this.placeInScalar(node, offset);
      this.problems.push({
        ...this.problem(line, column, renderPath(path), message),
        severity: isWarning === true ? "warning" : "error",
      });
    }
  }

  private placeInScalar(node: Scalar, offset: number): { line: number; column: number } {
    const start = node.range?.[0] ?? 0;
    const end = node.range?.[1] ?? start;
    const written = this.text.slice(start, end);
    const value = String(node.value);
    // Escapes and folding shift offsets between value and file: count dollars instead.
    const nth = value.slice(0, offset).split("$").length;
    let at = -1;
    for (let count = 0; count < nth; count++) at = written.indexOf("$", at + 1);
    return this.place(start + Math.max(at, 0));
  }

  /** A value of nothing but comments or `---` is an empty file. */
  private isEmpty(): boolean {
    const { contents } = this.document;
    return contents === null || (isScalar(contents) && contents.value === null);
  }

  private place(offset: number): { line: number; column: number } {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  private problem(line: number, column: number, path: string, message: string): Problem {
    return { file: this.file, line, column, path, message, severity: "error" };
  }

  private fail(line: number, column: number, message: string): never {
    throw new SpecError(inOrder([...this.problems, this.problem(line, column, "", message)]));
  }
}

/** A block mapping or list starts on a line below its key: the key is the better place to point at. */
function startsOnKeyLine(node: Node): boolean {
  return isScalar(node) || ((isMap(node) || isSeq(node)) && node.flow === true);
}
