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

/** Prints tests as they end, failures in full at the end, and the one line that CI reads. */
export class Report {
  private counts = { passed: 0, failed: 0, skipped: 0 };
  private readonly failures: string[] = [];
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
      if (event.details.error.failureType === "hookFailed") this.failures.push(this.tell(event));
      return;
    }
    if (isWholeFile(event) && this.filesWithFailures.has(file)) return;
    this.filesWithFailures.add(file);
    this.counts.failed++;
    this.line("FAIL", event);
    this.failures.push(this.tell(event));
  }

  private tell(event: FailedTestEvent): string {
    return `${this.place(event)}\n${describe(event.details.error)}`;
  }

  /** Prints the closing lines and answers the exit code: a run without a single test has failed. */
  close(): number {
    const { passed, failed, skipped } = this.counts;
    for (const failure of this.failures) process.stdout.write(`\nFAIL ${failure}\n`);
    if (passed + failed === 0) process.stdout.write("No test ran.\n");
    const tail = skipped > 0 ? `, ${skipped} skipped` : "";
    process.stdout.write(`\nTests: ${passed} passed, ${failed} failed${tail}\n`);
    return failed > 0 || passed === 0 ? 1 : 0;
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

function isWholeFile(event: TestEvent): boolean {
  return event.nesting === 0 && event.name === event.file;
}

/** node:test wraps what the test threw: the cause says what went wrong, the wrapper does not. */
function describe(error: Error & { cause?: unknown }): string {
  const cause = error.cause;
  if (cause instanceof Error) return cause.stack ?? cause.message;
  return typeof cause === "string" ? cause : (error.stack ?? error.message);
}
