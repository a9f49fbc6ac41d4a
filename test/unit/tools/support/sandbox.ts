import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** A temporary folder with the environment that the tool chain reads; everything is restored at the end. */
export class Sandbox {
  private readonly before = new Map<string, string | undefined>();

  private constructor(readonly folder: string) {}

  static async create(): Promise<Sandbox> {
    const sandbox = new Sandbox(await mkdtemp(path.join(os.tmpdir(), "slipway-tools-")));
    sandbox.set("XDG_CACHE_HOME", path.join(sandbox.folder, "cache"));
    return sandbox;
  }

  set(name: string, value: string): void {
    if (!this.before.has(name)) this.before.set(name, process.env[name]);
    process.env[name] = value;
  }

  path(...names: readonly string[]): string {
    return path.join(this.folder, ...names);
  }

  /** Writes a file, and the folders above it. */
  async file(name: string, content: string): Promise<string> {
    const file = this.path(name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  }

  /** Writes a shell script that can be run. */
  async program(name: string, script: string): Promise<string> {
    const file = await this.file(name, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  }

  async remove(): Promise<void> {
    for (const [name, value] of this.before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
