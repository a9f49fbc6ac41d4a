import { execFileSync } from "node:child_process";
import os from "node:os";

/** Who deploys, and from which commit. */
export interface Author {
  readonly by: string;
  readonly commit?: string;
}

/** Variables in which CI systems name who started a pipeline, and its commit. */
const users = ["SLIPWAY_USER", "GITLAB_USER_LOGIN", "GITHUB_ACTOR", "BUILD_USER"];
const commits = ["CI_COMMIT_SHA", "GITHUB_SHA", "GIT_COMMIT"];

/** From CI where it says, otherwise the user of this machine and the checkout's commit. */
export function author(folder: string, env: NodeJS.ProcessEnv = process.env): Author {
  const by = first(users, env) ?? `${os.userInfo().username}@${os.hostname()}`;
  const commit = first(commits, env) ?? commitOf(folder);
  return { by, ...(commit !== undefined && { commit }) };
}

function first(names: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
}

function commitOf(folder: string): string | undefined {
  try {
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", folder, ...args], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `${git("rev-parse", "HEAD")}${isChanged ? " with changes" : ""}`;
  } catch {
    // No git, or no repository: files may come from elsewhere.
    return undefined;
  }
}
