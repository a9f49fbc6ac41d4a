import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { badUsage, failed } from "../exit";

/** How skopeo reaches a registry, beside what it finds in its own files. */
export interface RegistryFiles {
  /** Folder with the registry's authority (`ca.crt`). */
  readonly certDir?: string;
  /** Credentials, as `skopeo login` writes them. */
  readonly authFile?: string;
}

interface Outcome {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** skopeo, the copier of the containers project. What it may say of an image is asked of the registries by itself. */
export class Skopeo {
  constructor(
    private readonly source: RegistryFiles,
    private readonly target: RegistryFiles,
  ) {}

  /** @throws CliError where there is none that can be run. */
  static async check(): Promise<void> {
    const outcome = await run(["--version"]);
    if (outcome.code !== 0) throw failed(`skopeo can't be run: ${lastWords(outcome)}`);
  }

  /** Digest of what an image's name stands for. @throws CliError with what the registry says. */
  async sourceDigest(name: string): Promise<string> {
    const digest = await this.digest(name, this.source);
    if (digest !== undefined) return digest;
    throw failed(`${name}: there is no such image`);
  }

  /** The same at the target; undefined where there is none yet. */
  targetDigest(name: string): Promise<string | undefined> {
    return this.digest(name, this.target);
  }

  /** Copies an image for all of its platforms, byte by byte. */
  async copy(from: string, to: string): Promise<void> {
    const outcome = await run([
      "copy",
      "--quiet",
      "--all",
      "--preserve-digests",
      "--retry-times=3",
      ...flags("src-", this.source),
      ...flags("dest-", this.target),
      `docker://${from}`,
      `docker://${to}`,
    ]);
    if (outcome.code !== 0) throw failed(`${from}: ${lastWords(outcome)}`);
  }

  private async digest(name: string, files: RegistryFiles): Promise<string | undefined> {
    const outcome = await run([
      "inspect",
      "--raw",
      "--retry-times=3",
      ...flags("", files),
      `docker://${name}`,
    ]);
    if (outcome.code === 0)
      return `sha256:${createHash("sha256").update(outcome.stdout).digest("hex")}`;
    if (/manifest unknown|name unknown|NAME_UNKNOWN|MANIFEST_UNKNOWN/.test(outcome.stderr))
      return undefined;
    throw failed(`${name}: ${lastWords(outcome)}`);
  }
}

function flags(prefix: string, { certDir, authFile }: RegistryFiles): readonly string[] {
  return [
    ...(certDir === undefined ? [] : [`--${prefix}cert-dir=${certDir}`]),
    ...(authFile === undefined ? [] : [`--${prefix}authfile=${authFile}`]),
  ];
}

function run(args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn("skopeo", args, { stdio: ["ignore", "pipe", "pipe"] });
    const out: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "ENOENT"
          ? badUsage(
              "skopeo, which copies the images, is not on the PATH; Debian and others have it as a package: `apt-get install skopeo`",
            )
          : error,
      );
    });
    child.on("close", (code) => {
      resolve({ code: code ?? 1, stdout: Buffer.concat(out), stderr });
    });
  });
}

/** The message in skopeo's last line, without its logger's dress. */
function lastWords({ stderr, code }: Outcome): string {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  const message = /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replace(/\\"/g, '"') ?? line;
  return message === "" ? `skopeo ended with code ${code}` : message;
}
