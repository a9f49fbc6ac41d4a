import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { cached } from "./cache";
import { hashInputs } from "./hash";
import type { Part } from "./parts";
import type { Progress } from "./progress";

const run = promisify(execFile);
const goFolder = path.join(__dirname, "go");

/** A problem that is told to the user as it stands: what, why, what to do. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}

let compiler: Promise<string> | undefined;

/** Version of the Go compiler: another compiler makes other programs. */
async function compilerVersion(): Promise<string> {
  compiler ??= run("go", ["env", "GOVERSION", "GOARCH"]).then(
    ({ stdout }) => stdout.trim(),
    () => {
      throw new ToolchainError(
        "Go is not on the PATH: install Go 1.26 or later, the tool chain is built with it",
      );
    },
  );
  return compiler;
}

/** The program of a part, built from its Go module unless the cache has it. */
export async function buildPart(
  part: Part,
  progress: Progress,
): Promise<{ file: string; built: boolean }> {
  const { module, package: importPath, variables } = part.go;
  const source = path.join(goFolder, module);
  const set = Object.entries(variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const ldflags = ["-s", "-w", ...set].join(" ");
  const key = hashInputs([source], [await compilerVersion(), importPath, ldflags]);
  const { folder, built } = await cached(`${part.name}-${part.version}-${key}`, (work) =>
    progress.during(`building ${part.name} ${part.version}`, async () => {
      const args = [
        "build",
        "-mod=readonly",
        "-trimpath",
        "-ldflags",
        ldflags,
        "-o",
        path.join(work, part.name),
        importPath,
      ];
      await run("go", args, {
        cwd: source,
        env: { ...process.env, CGO_ENABLED: "0" },
        maxBuffer: 2 ** 24,
      }).catch((error: unknown) => {
        const said = (error as { stderr?: string }).stderr ?? String(error);
        const lines = said.split("\n").filter((line) => !line.startsWith("go: downloading"));
        throw new ToolchainError(
          `${part.name} could not be built:\n${lines.slice(-20).join("\n").trim()}`,
        );
      });
    }),
  );
  return { file: path.join(folder, part.name), built };
}
