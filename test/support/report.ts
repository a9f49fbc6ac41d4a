import path from "node:path";

interface TestEvent {
  readonly name: string;
  readonly nesting: number;
  readonly file?: string;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details: { readonly duration_ms: number; readonly type?: string };
}

interface FailedTestEvent extends TestEvent {
  readonly details: TestEvent["details"] & {
    readonly error: Error & { cause?: unknown; failureType?: string };
  };
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** One run of test files: prints tests as they end, with what went wrong at once. */
export class Attempt {
  readonly counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  readonly failures: string[] = [];
  private readonly filesWithFailures = new Set<string>();

  constructor(private readonly root: string) {}

  passed(event: TestEvent): void {
    // A suite and a file are containers: what ran is inside them.
    if (event.details.type === "suite" || isWholeFile(event)) return;
    const skipped = Boolean(event.skip) || Boolean(event.todo);
    if (skipped) this.counts.skipped++;
    else this.counts.passed++;
    this.line(skipped ? "skip" : "ok  ", event);
  }

  failed(event: FailedTestEvent): void {
    const file = event.file ?? event.name;
    // A suite fails with its tests, which are reported themselves, or by a hook of its own.
    if (event.details.type === "suite") {
      if (event.details.error.failureType !== "hookFailed") return;
    } else if (isWholeFile(event) && this.filesWithFailures.has(file)) return;
    this.filesWithFailures.add(file);
    this.counts.failed++;
    this.line("FAIL", event);
    const failure = this.tell(event);
    this.failures.push(failure);
    // CI keeps what stands around a failure, which may be far from the end.
    process.stdout.write(`${indented(failure)}\n`);
  }

  private tell(event: FailedTestEvent): string {
    return `${this.place(event)}\n${describe(event.details.error)}`;
  }

  private line(mark: string, event: TestEvent): void {
    const seconds = event.details.duration_ms / 1000;
    const time = seconds >= 1 ? ` (${seconds.toFixed(1)} s)` : "";
    process.stdout.write(`${mark} ${this.place(event)}${time}\n`);
  }

  private place(event: TestEvent): string {
    return `${path.relative(this.root, event.file ?? "")} › ${event.name}`;
  }
}

/** What a whole run comes to: failures in full at its end, and the one line that CI reads. */
export class Report {
  private readonly counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  private readonly failures: string[] = [];
  private readonly repeated: string[] = [];

  /** @param repeats how many files may run a second time. */
  constructor(private readonly repeats = 0) {}

  /** Whether files that failed are worth a second run: where many fail, it is no accident. */
  get mayRepeat(): boolean {
    return this.repeated.length < this.repeats;
  }

  /** Tells of an attempt that does not count, because its file runs again. */
  repeat(file: string, { failures }: Attempt): void {
    this.repeated.push(file);
    for (const failure of failures) process.stdout.write(`\nFAIL (runs again) ${failure}\n`);
  }

  count({ counts, failures }: Attempt): void {
    this.counts.passed += counts.passed;
    this.counts.failed += counts.failed;
    this.counts.skipped += counts.skipped;
    this.failures.push(...failures);
  }

  /** Prints the closing lines and answers the exit code: a run without a single test has failed. */
  close(): number {
    const { passed, failed, skipped } = this.counts;
    for (const failure of this.failures) process.stdout.write(`\nFAIL ${failure}\n`);
    for (const file of this.repeated)
      process.stdout.write(`\nFLAKY ${file}: failed, and ran a second time\n`);
    if (passed + failed === 0) process.stdout.write("No test ran.\n");
    const tail = skipped > 0 ? `, ${skipped} skipped` : "";
    process.stdout.write(`\nTests: ${passed} passed, ${failed} failed${tail}\n`);
    return failed > 0 || passed === 0 ? 1 : 0;
  }
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "     ");
}

function isWholeFile(event: TestEvent): boolean {
  return event.nesting === 0 && event.name === event.file;
}

/** node:test wraps what the test threw: the cause says what went wrong, the wrapper does not. */
function describe(error: Error & { cause?: unknown }): string {
  const cause = error.cause;
  if (cause instanceof Error) return cause.stack ?? cause.message;
  return typeof cause === "string" ? cause : (error.stack ?? error.message);
}
