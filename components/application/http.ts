import http, { type IncomingHttpHeaders } from "node:http";
import https, { type RequestOptions } from "node:https";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/**
 * The answer to one GET, whatever its status. Redirects are the caller's.
 *
 * @param options `timeout` in ms counts from the last byte
 * @throws Error when no whole answer comes: no connection, no trust, none in time, or more bytes than `largest`.
 */
export function getBytes(
  url: string,
  options: RequestOptions,
  largest = Infinity,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { get } = url.startsWith("http:") ? http : https;
    const request = get(url, { agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > largest)
          request.destroy(new Error(`the answer has more than ${largest} bytes`));
      });
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, bytes: Buffer.concat(chunks) });
      });
    });
    const { timeout = 0 } = options;
    request.on("timeout", () => request.destroy(new Error(`no answer in ${timeout / 1000} s`)));
    request.on("error", reject);
  });
}
