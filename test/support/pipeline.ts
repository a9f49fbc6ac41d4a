/** The recipe for CI, run as its file has it: by the shell, in the order of the file, on a change that there is no server for. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { parse } from "yaml";
import { run, type Outcome } from "./command";

const checkout = path.resolve(__dirname, "../..");

interface Recipe {
  readonly policies: {
    readonly script: readonly string[];
    readonly after_script: readonly string[];
  };
}

const linked = [
  "Makefile",
  "tools",
  "policies",
  "cli",
  "node_modules",
  "package.json",
  "package-lock.json",
];

/** Why the recipe can't run here: its `make setup` has to find all packages installed, which are this checkout's. */
export function pipelineObstacle(): string | false {
  const [lock, stamp] = ["package-lock.json", "node_modules/.slipway-lock"].map((name) => {
    const file = path.join(checkout, name);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  });
  return stamp === lock ? false : "packages are not installed by make setup";
}

/** What a pipeline has left: how its steps ended, and the comment on the change. */
export interface Pipeline {
  readonly outcome: Outcome;
  readonly comment?: { readonly token: string; readonly body: string };
}

/**
 * Runs the steps of docs/ci/policies.gitlab-ci.yml in the folder of a Pulumi project, as GitLab's runner does: those of
 * `script` in one shell that ends at the first failure, then those of `after_script` in another.
 */
export async function runPipeline(
  folder: string,
  env: NodeJS.ProcessEnv,
  stacks: readonly string[],
): Promise<Pipeline> {
  const file = path.join(checkout, "docs/ci/policies.gitlab-ci.yml");
  const { script, after_script } = (parse(readFileSync(file, "utf8")) as Recipe).policies;
  // The steps are those of a clone of Slipway, and the project of a test is elsewhere.
  for (const name of linked) {
    if (!existsSync(path.join(folder, name)))
      symlinkSync(path.join(checkout, name), path.join(folder, name));
  }
  let comment: Pipeline["comment"];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    request.on("end", () => {
      assert.equal(request.url, "/projects/7/merge_requests/11/notes");
      const body = new URLSearchParams(text).get("body") ?? "";
      comment = { token: String(request.headers["private-token"]), body };
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const variables = {
    ...env,
    STACKS: stacks.join(" "),
    SLIPWAY_BOT_TOKEN: "bot-token",
    CI_API_V4_URL: `http://127.0.0.1:${port}`,
    CI_PROJECT_ID: "7",
    CI_MERGE_REQUEST_IID: "11",
    no_proxy: "127.0.0.1",
  };
  const shell = (steps: readonly string[]) =>
    run("bash", ["-eo", "pipefail", "-c", steps.join("\n")], { cwd: folder, env: variables });
  try {
    const outcome = await shell(script);
    const after = await shell(after_script);
    assert.equal(after.code, 0, after.output);
    return { outcome, ...(comment !== undefined && { comment }) };
  } finally {
    server.close();
  }
}
