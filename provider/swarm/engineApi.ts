import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";
import type Docker from "dockerode";

/** A call that dockerode lacks, or that it would repeat in the query string what belongs into the body. */
export interface EngineCall {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  /** For the nodes to pull an image with. */
  readonly registry?: { readonly username: string; readonly password: string };
}

interface Modem {
  dial(options: object, done: (error: Error | null, answer: Readable) => void): void;
}

/** Calls the Docker API, and answers its JSON. An answer that is no success is an error with `statusCode`. */
export async function callEngine(docker: Docker, call: EngineCall): Promise<unknown> {
  const text = (await callEngineRaw(docker, call)).toString("utf8");
  return text.trim() === "" ? undefined : (JSON.parse(text) as unknown);
}

/** Calls the Docker API, and answers as it does, byte by byte. */
export function callEngineRaw(docker: Docker, call: EngineCall): Promise<Buffer> {
  const modem = docker.modem as Modem;
  return new Promise((resolve, reject) => {
    modem.dial(
      {
        path: `${call.path}?`,
        method: call.method,
        // Read here: what breaks off in the middle would never be an answer of docker-modem's, nor an error.
        isStream: true,
        statusCodes: { 200: true, 201: true, 204: true },
        ...(call.registry && { authconfig: call.registry }),
        options: { _query: call.query ?? {}, _body: call.body ?? {} },
      },
      (error, answer) => {
        if (error === null) buffer(answer).then(resolve, reject);
        else reject(error);
      },
    );
  });
}
