/** How a store is asked by curl in its own container: everything goes in by standard input, and so stands on no command line. */

export interface StoreRequest {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** With its query. */
  readonly path: string;
  /** JSON. */
  readonly body?: string;
}

export interface StoreAnswer {
  readonly status: number;
  readonly text: string;
}

/** Where the store answers in its container, and by whom it is asked. */
export interface StoreEntrance {
  /** `https://logging-store:9200`: the name that its certificate has. */
  readonly url: string;
  /** File of the authority in the container. */
  readonly caFile: string;
  readonly username: string;
  readonly password: string;
}

/** Longest time for one answer, seconds. */
export const answerSeconds = 30;

/** What curl is told by `--config -`. */
export function curlConfig(
  { url, caFile, username, password }: StoreEntrance,
  { method, path, body }: StoreRequest,
): string {
  const { host } = new URL(url);
  const options: readonly (readonly [string, string] | string)[] = [
    ["url", `${url}${path}`],
    ["request", method],
    ["user", `${username}:${password}`],
    ["cacert", caFile],
    // The name is that of the certificate, the way is within the container.
    ["connect-to", `${host}:127.0.0.1:${host.split(":")[1] ?? "443"}`],
    ["noproxy", "*"],
    ["max-time", String(answerSeconds)],
    ["write-out", "\n%{http_code}"],
    "silent",
    "show-error",
    ...(body === undefined
      ? []
      : ([
          ["header", "Content-Type: application/json"],
          ["data-binary", body],
        ] as const)),
  ];
  return options
    .map((option) =>
      typeof option === "string" ? `${option}\n` : `${option[0]} = "${quoted(option[1])}"\n`,
    )
    .join("");
}

/** A text between double quotes as curl's configuration has it. */
function quoted(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
}

/** What curl has printed: the answer, and its status in a line of its own. @throws where that is missing. */
export function answerIn(stdout: string): StoreAnswer {
  const end = stdout.lastIndexOf("\n");
  const status = Number(stdout.slice(end + 1));
  if (end < 0 || !Number.isInteger(status) || status < 100)
    throw new Error(`the store gave no answer: ${stdout.slice(0, 200)}`);
  return { status, text: stdout.slice(0, end) };
}
