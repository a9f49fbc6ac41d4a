import { join } from "node:path";
import { LabError } from "../errors";
import { run, runAny } from "../host/run";
import { cachedPart } from "./cache";
import { hashInputs } from "../../tools/hash";

export interface GoProgram {
  readonly name: string;
  /** Folder of its Go module. */
  readonly source: string;
  /** Flags for the linker, besides those that leave out symbols. */
  readonly ldflags?: string;
}

const labFolder = join(__dirname, "..");

export const vcenterProgram: GoProgram = {
  name: "slipway-vcenter",
  source: join(labFolder, "vcenter"),
};
export const guestProgram: GoProgram = { name: "lab-guest", source: join(labFolder, "guest") };

export function helloProgram(version: string): GoProgram {
  return {
    name: `hello-${version}`,
    source: join(labFolder, "hello"),
    ldflags: `-X main.version=${version}`,
  };
}

export function shopProgram(version: string): GoProgram {
  return {
    name: `shop-${version}`,
    source: join(labFolder, "shop"),
    ldflags: `-X main.version=${version}`,
  };
}

/** Path of the program, built from source unless the cache has it. */
export async function buildProgram(
  program: GoProgram,
  progress: (text: string) => void,
): Promise<string> {
  const flags = `-s -w ${program.ldflags ?? ""}`.trim();
  const key = hashInputs([program.source], [await goVersion(), flags]);
  const folder = await cachedPart(program.name, key, async (work) => {
    progress(`${program.name}: building`);
    await run(
      "go",
      [
        "build",
        "-mod=readonly",
        "-trimpath",
        "-ldflags",
        flags,
        "-o",
        join(work, program.name),
        ".",
      ],
      { cwd: program.source, env: { ...process.env, CGO_ENABLED: "0" } },
    );
  });
  return join(folder, program.name);
}

let version: Promise<string> | undefined;

export function goVersion(): Promise<string> {
  version ??= runAny("go", ["env", "GOVERSION", "GOARCH"]).then(
    (result) => result.stdout.trim(),
    () => {
      throw new LabError(
        "The lab's vCenter is built with Go, and `go` is not on the PATH. Install Go 1.24 or later.",
      );
    },
  );
  return version;
}
