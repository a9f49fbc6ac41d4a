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
  dial(options: object, done: (error: Error | null, answer: unknown) => void): void;
}

/** Calls the Docker API. An answer that is no success is an error with `statusCode`. */
export function callEngine(docker: Docker, call: EngineCall): Promise<unknown> {
  const modem = docker.modem as Modem;
  return new Promise((resolve, reject) => {
    modem.dial(
      {
        path: `${call.path}?`,
        method: call.method,
        statusCodes: { 200: true, 201: true, 204: true },
        ...(call.registry && { authconfig: call.registry }),
        options: { _query: call.query ?? {}, _body: call.body ?? {} },
      },
      (error, answer) => {
        if (error === null) resolve(answer);
        else reject(error);
      },
    );
  });
}
