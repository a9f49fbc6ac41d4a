/** A request that got no good answer. */
export interface FailedRequest {
  /** When it was sent, ISO 8601. */
  readonly at: string;
  /** Address, and what went wrong there. */
  readonly reason: string;
}

export interface LoadReport {
  /** Requests sent, those included that are still under way. */
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
  /** Every failed request, in the order in which they were sent. */
  readonly failures: readonly FailedRequest[];
  /** Latency of the answered requests, ms; NaN where there is none. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Number of answers by the version that they name; `-` for those without. */
  readonly byVersion: Readonly<Record<string, number>>;
}

interface Entry {
  readonly sentAt: Date;
  outcome?: { readonly latencyMs: number; readonly version: string } | { readonly reason: string };
}

/** What has come of each request of a load. */
export class LoadRecord {
  private readonly entries: Entry[] = [];

  get sent(): number {
    return this.entries.length;
  }

  /** Number of a request that is sent now. */
  next(): number {
    return this.entries.push({ sentAt: new Date() }) - 1;
  }

  answered(number: number, latencyMs: number, version = "-"): void {
    this.settle(number, { latencyMs, version });
  }

  failed(number: number, reason: string): void {
    this.settle(number, { reason });
  }

  /** @param to number of the first request that does not count any more */
  report(from = 0, to = Infinity): LoadReport {
    const entries = this.entries.slice(from, to);
    const latencies: number[] = [];
    const failures: FailedRequest[] = [];
    const byVersion: Record<string, number> = {};
    for (const { sentAt, outcome } of entries) {
      if (outcome === undefined) continue;
      if ("reason" in outcome) {
        failures.push({ at: sentAt.toISOString(), reason: outcome.reason });
      } else {
        latencies.push(outcome.latencyMs);
        byVersion[outcome.version] = (byVersion[outcome.version] ?? 0) + 1;
      }
    }
    latencies.sort((a, b) => a - b);
    return {
      sent: entries.length,
      answered: latencies.length,
      failed: failures.length,
      failures,
      p50: percentile(latencies, 50),
      p99: percentile(latencies, 99),
      max: percentile(latencies, 100),
      byVersion,
    };
  }

  private settle(number: number, outcome: Entry["outcome"]): void {
    const entry = this.entries[number];
    if (entry === undefined) throw new Error(`request ${number} was never sent`);
    entry.outcome = outcome;
  }
}

/** By nearest rank: a value that occurred. */
function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(Math.ceil((sorted.length * percent) / 100) - 1, 0)] ?? NaN;
}
