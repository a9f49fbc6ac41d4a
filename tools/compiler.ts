import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ToolchainError } from "./errors";

const run = promisify(execFile);

/** Oldest Go release that builds the parts: that of their go.mod files. */
const wanted = { major: 1, minor: 26 };

/**
 * Version and architecture of the Go compiler that works in the folder: another one makes other programs.
 * @throws {ToolchainError} when there is none, or one that is too old.
 */
export async function needGo(folder: string, part: string): Promise<string> {
  const least = `${wanted.major}.${wanted.minor}`;
  const cure =
    `Install Go ${least} or newer (https://go.dev/dl), which builds it, ` +
    "or install Pulumi's official programs: see docs/toolchain.md";
  const { stdout } = await run("go", ["env", "GOVERSION", "GOARCH"], { cwd: folder }).catch(
    (error: unknown) => {
      const { code, stderr } = error as { code?: unknown; stderr?: string };
      const why = code === "ENOENT" ? "Go is not on the PATH" : `Go says: ${stderr?.trim() ?? ""}`;
      throw new ToolchainError(`${part} is not here, and ${why}. ${cure}`);
    },
  );
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(stdout) ?? [];
  const tooOld =
    Number(major) < wanted.major ||
    (Number(major) === wanted.major && Number(minor) < wanted.minor);
  if (tooOld)
    throw new ToolchainError(
      `${part} is not here, and this Go is ${stdout.split("\n")[0] ?? ""}. ${cure}`,
    );
  return stdout.trim();
}
