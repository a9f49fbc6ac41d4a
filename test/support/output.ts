import assert from "node:assert/strict";
import { tail } from "./command";

const traces = [
  /\n\s+at .+ \(?(?:node:|file:|\/).*:\d+:\d+\)?/,
  /node:internal/,
  /\bgoroutine \d+ \[/,
];

/** Users get sentences, not stack traces. */
export function expectNoStackTrace(output: string): void {
  for (const trace of traces) assert.doesNotMatch(output, trace, tail(output));
}
