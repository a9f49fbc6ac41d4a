/** Programs that nobody here wrote, built from Go modules, to hold ours against. */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { cached } from "../../tools/cache";
import { needGo } from "../../tools/compiler";
import { hashInputs } from "../../tools/hash";
import { Progress } from "../../tools/progress";

export const run = promisify(execFile);

export interface Peer {
  /** Of the program, and of the folder beside this file with its go.mod and go.sum, which pin what it is built from. */
  readonly name: string;
  /** `.`, or what go.mod names as its tool. */
  readonly importPath: string;
  /** What it is, for people who wait. */
  readonly title: string;
}

/** Without cgo, and by the go.sum of one module alone: the same program on every machine. */
const environment = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
const toStderr = new Progress((line) => process.stderr.write(`${line}\n`));

/** Path of the program, built unless the cache has it. */
export async function providePeer({ name, importPath, title }: Peer): Promise<string> {
  const source = path.join(__dirname, name);
  const compiler = await needGo(source, name);
  const { folder } = await cached(`${name}-${hashInputs([source], [compiler])}`, (work) =>
    toStderr.during(`building ${title}`, async () => {
      const args = ["build", "-mod=readonly", "-trimpath", "-ldflags", "-s -w"];
      await run("go", [...args, "-o", path.join(work, name), importPath], {
        cwd: source,
        env: environment,
      });
    }),
  );
  return path.join(folder, name);
}
