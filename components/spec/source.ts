import {
  Lexer,
  LineCounter,
  type Alias,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
} from "yaml";
import type { Finding } from "./finding";
import { interpolate, type InterpolationIssue, type Variables } from "./interpolation";
import { type Path, type Problem, SpecError, inOrder, renderPath } from "./problem";
import { describeYamlError } from "./yamlErrors";

/** How often aliases may be expanded in one file: enough for any hand-written file, too little for a bomb. */
const maxAliasCount = 1000;
/** Nesting beyond which a file is refused before the parser, which is recursive, sees it. */
const maxDepth = 200;

/** A YAML file with the place of everything in it. */
export class Source {
  private readonly lines = new LineCounter();
  private readonly document: Document;
  private readonly interpolated = new WeakSet<object>();
  /** Values whose variables could not be resolved: reported already, and not to be judged further. */
  readonly unresolved: Path[] = [];
  /** Problems of the YAML itself that leave the rest readable. */
  readonly problems: Problem[] = [];

  /** Parses; a `SpecError` with all problems when the text is no readable YAML document. */
  constructor(
    readonly file: string,
    private readonly text: string,
  ) {
    this.refuseDepth();
    this.document = parseDocument(text, {
      lineCounter: this.lines,
      merge: true,
      prettyErrors: false,
      stringKeys: true,
    });
    let readable = true;
    const seen = new Set<number>();
    for (const issue of [...this.document.errors, ...this.document.warnings]) {
      const { line, column } = this.place(issue.pos[0]);
      // What follows on the same line is nearly always the same mistake again.
      if (seen.has(line)) continue;
      seen.add(line);
      const lineText = text.split("\n")[line - 1] ?? "";
      const message = describeYamlError(issue, lineText);
      this.problems.push(this.problem(line, column, "", message));
      if (issue.code !== "DUPLICATE_KEY" && issue.code !== "TAG_RESOLVE_FAILED") readable = false;
    }
    if (readable) readable = this.checkAliases();
    if (!readable) throw new SpecError(inOrder(this.problems));
    if (this.document.contents === null || this.isEmpty()) {
      this.fail(1, 1, "is empty; write a spec, or start from an example under stacks/");
    }
  }

  /** Replaces variables in all text values, and answers what could not be replaced. */
  interpolate(variables: Variables): void {
    visit(this.document, {
      Scalar: (key, node) => {
        if (key === "key" || typeof node.value !== "string" || !node.value.includes("$")) return;
        const { text, issues } = interpolate(node.value, variables);
        if (issues.length > 0) {
          this.reportUnresolved(node, issues);
          return;
        }
        node.value = text;
        this.interpolated.add(node);
      },
    });
  }

  /** The plain data; a `SpecError` when aliases multiply beyond reason. */
  data(): unknown {
    try {
      return this.document.toJS({ maxAliasCount }) as unknown;
    } catch (cause) {
      if (cause instanceof ReferenceError) {
        const { line, column } = this.firstAlias();
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
    return this.walk(path)?.complete === true;
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

  private nodeAt(path: Path): Node | undefined {
    const found = this.walk(path);
    return found?.complete === true ? found.node : undefined;
  }

  private placeOf(path: Path, atKey: boolean): { line: number; column: number } {
    const found = this.walk(path);
    if (found === undefined) return { line: 1, column: 1 };
    const useKey = atKey || !found.complete || !startsOnKeyLine(found.node);
    const node = useKey ? (found.key ?? found.node) : found.node;
    return this.place(node.range?.[0] ?? 0);
  }

  /** Follows a path as far as it goes, through aliases and merge keys. */
  private walk(path: Path): Walked | undefined {
    let node = this.resolve(this.document.contents);
    if (node === undefined) return undefined;
    let walked: Walked = { node, complete: true };
    for (const step of path) {
      const next = this.child(node, step);
      if (next === undefined) return { ...walked, complete: false };
      walked = { node: next.node ?? next.key ?? node, key: next.key, complete: true };
      if (next.node === undefined) return { ...walked, complete: false };
      node = next.node;
    }
    return walked;
  }

  private child(
    parent: Node,
    step: string | number,
  ): { key?: Node; node: Node | undefined } | undefined {
    if (isSeq(parent)) {
      const item = parent.items[Number(step)] as Node | null | undefined;
      return item === undefined || item === null ? undefined : { node: this.resolve(item) };
    }
    if (!isMap<Node, Node | null>(parent)) return undefined;
    // A repeated key is a problem of its own; like the data, its place is that of the last one.
    const own = parent.items.findLast((pair) => keyText(pair) === String(step));
    if (own !== undefined) return { key: own.key, node: this.resolve(own.value) ?? own.key };
    for (const pair of parent.items) {
      if (keyText(pair) !== "<<") continue;
      const merged = this.resolve(pair.value);
      for (const source of isSeq(merged) ? merged.items : [merged]) {
        const node = this.resolve(source as Node | null | undefined);
        const found = node === undefined ? undefined : this.child(node, step);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  private resolve(node: Node | null | undefined): Node | undefined {
    if (isAlias(node)) return node.resolve(this.document) as Node | undefined;
    return node ?? undefined;
  }

  private reportUnresolved(node: Scalar, issues: readonly InterpolationIssue[]): void {
    const path = this.pathOf(node);
    this.unresolved.push(path);
    for (const { offset, message } of issues) {
      const { line, column } = this.placeInScalar(node, offset);
      this.problems.push(this.problem(line, column, renderPath(path), message));
    }
  }

  private pathOf(target: Scalar): Path {
    let found: Path = [];
    visit(this.document, {
      Scalar: (_, node, ancestors) => {
        if (node !== target) return undefined;
        const steps: (string | number)[] = [];
        ancestors.forEach((ancestor, index) => {
          if (isPair(ancestor)) steps.push(keyText(ancestor));
          else if (isSeq(ancestor)) {
            const child = ancestors[index + 1] ?? node;
            steps.push(ancestor.items.indexOf(child));
          }
        });
        found = steps;
        return visit.BREAK;
      },
    });
    return found;
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

  private checkAliases(): boolean {
    let good = true;
    visit(this.document, {
      Alias: (_, alias, ancestors) => {
        const message = this.aliasMistake(alias, ancestors);
        if (message === undefined) return;
        const { line, column } = this.place(alias.range?.[0] ?? 0);
        this.problems.push(this.problem(line, column, "", message));
        good = false;
      },
    });
    return good;
  }

  private aliasMistake(alias: Alias, ancestors: readonly unknown[]): string | undefined {
    const target = alias.resolve(this.document);
    if (target === undefined) {
      return `refers to the anchor &${alias.source}, which is not defined above; define it or write the value out`;
    }
    return ancestors.includes(target)
      ? `refers to itself: *${alias.source} stands inside &${alias.source}; write the value out`
      : undefined;
  }

  private firstAlias(): { line: number; column: number } {
    let offset = 0;
    visit(this.document, {
      Alias: (_, alias) => {
        offset = alias.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    return this.place(offset);
  }

  /** A value of nothing but comments or `---` is an empty file. */
  private isEmpty(): boolean {
    const { contents } = this.document;
    return isScalar(contents) && contents.value === null;
  }

  private refuseDepth(): void {
    let flow = 0;
    let line = 1;
    let block = 0;
    for (const token of new Lexer().lex(this.text)) {
      if (token === "[" || token === "{") flow++;
      else if (token === "]" || token === "}") flow--;
      else if (token === "-" || token === "?") block++;
      else if (/^[ ]+$/.test(token)) block += token.length;
      else if (token.includes("\n")) {
        line += token.split("\n").length - 1;
        block = 0;
      }
      if (flow + block > maxDepth) {
        this.fail(line, 1, `is nested more than ${maxDepth} levels deep; no spec is: flatten it`);
      }
    }
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

interface Walked {
  readonly node: Node;
  readonly key?: Node;
  /** False when the path ends earlier than asked: the node is the nearest one above. */
  readonly complete: boolean;
}

function keyText(pair: Pair<unknown, unknown>): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

/** A block mapping or list starts on a line below its key: the key is the better place to point at. */
function startsOnKeyLine(node: Node): boolean {
  return isScalar(node) || ((isMap(node) || isSeq(node)) && node.flow === true);
}
