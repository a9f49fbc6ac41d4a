import http, { type IncomingHttpHeaders } from "node:http";
import https, { type RequestOptions } from "node:https";

export interface HttpRequest extends Omit<RequestOptions, "timeout" | "signal" | "headers"> {
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent. Default: nothing. */
  readonly body?: string;
  /** Time for the whole answer, ms. */
  readonly timeoutMs: number;
  /** An answer with more bytes is none. Default: no limit. */
  readonly largestBytes?: number;
  /** Ends the request early. */
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/**
 * The answer to one request, whatever its status. Redirects are the caller's.
 *
 * @throws Error when no whole answer comes: no connection, no trust, none in time, or too large.
 */
export function ask(
  url: string,
  { body, timeoutMs, largestBytes = Infinity, signal, headers, ...options }: HttpRequest,
): Promise<HttpAnswer> {
  const { request: start } = url.startsWith("http:") ? http : https;
  // Also while an answer is on its way: without it, one that stops half way would be waited for without end.
  const late = AbortSignal.timeout(timeoutMs);
  const ending = signal === undefined ? late : AbortSignal.any([late, signal]);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      reject(late.aborted ? new Error(`no answer in ${timeoutMs / 1000} s`) : error);
    };
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const whole = { agent: false, ...options, headers: { ...headers, ...length }, signal: ending };
    const request = start(url, whole, (response) => {
      const chunks: Buffer[] = [];
      let received = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        received += chunk.length;
        if (received > largestBytes)
          request.destroy(new Error(`the answer has more than ${largestBytes} bytes`));
      });
      response.on("error", fail);
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, bytes: Buffer.concat(chunks) });
      });
    });
    request.on("error", fail);
    request.end(body);
  });
}

/** The value of a text in JSON; `undefined` where it is none. */
export function fromJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
