/** The reference implementation of the Compose Specification, as a program that loads files for comparison. */
import { execFile } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { cached } from "../../tools/cache";
import { needGo } from "../../tools/compiler";
import { hashInputs } from "../../tools/hash";
import { Progress } from "../../tools/progress";

const run = promisify(execFile);
const source = path.join(__dirname, "compose-go");
const program = "compose-go";
/** Without cgo, and by the go.sum of this module alone: the same program on every machine. */
const environment = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };

/** A project to load. */
export interface PeerRequest {
  /** Absolute paths of the files to merge, in order. */
  readonly files: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
  /** Without it the files' own name counts, and last that of the folder. */
  readonly projectName?: string;
  /** Folder that relative paths start from. */
  readonly workingDir: string;
}

/** What the reference implementation makes of a request: a project as it marshals one, or why there is none. */
export interface PeerAnswer {
  readonly project?: Readonly<Record<string, unknown>>;
  /** The x- keys of services, by service: the project's JSON leaves them out. */
  readonly extensions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly error?: string;
}

/** The program, built unless the cache has it: the source folder's go.mod and go.sum pin what it is built from. */
async function provide(progress: Progress): Promise<string> {
  const compiler = await needGo(source, program);
  const { folder } = await cached(`${program}-${hashInputs([source], [compiler])}`, (work) =>
    progress.during(`building the Compose reference loader`, async () => {
      const args = ["build", "-mod=readonly", "-trimpath", "-ldflags", "-s -w"];
      await run("go", [...args, "-o", path.join(work, program), "."], {
        cwd: source,
        env: environment,
      });
    }),
  );
  return path.join(folder, program);
}

const toStderr = new Progress((line) => process.stderr.write(`${line}\n`));

/** Loads each of the projects; the answers stand in the order of the requests. */
export async function composeGo(requests: readonly PeerRequest[]): Promise<readonly PeerAnswer[]> {
  // For paths that start with ~; nothing else of the environment counts.
  const env = { HOME: os.homedir() };
  const loading = run(await provide(toStderr), { env, maxBuffer: 2 ** 26 });
  loading.child.stdin?.end(JSON.stringify(requests));
  const { stdout } = await loading;
  return JSON.parse(stdout) as readonly PeerAnswer[];
}
