import type Docker from "dockerode";

/** Result of a command on a host. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Sent to the command's standard input: the way for secrets, which never stand on a command line. */
  readonly input?: string | Buffer;
  /** Seconds. Default 60. */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

/** One host, reached over SSH as a user with password-less sudo. */
export interface Connection {
  /** Machine name, the prefix of every error about this host. */
  readonly machine: string;
  readonly address: string;
  /** Fingerprint that the host proved, `SHA256:…`. */
  readonly hostKey: string;
  /** Runs a shell script as root (`sudo -n sh`, fed through standard input), whatever it exits with. */
  run(script: string, options?: RunOptions): Promise<CommandResult>;
  /** As `run`, under `set -eu`, and an exit code other than 0 is an error that names host, step and the last lines. Answers standard output. */
  must(step: string, script: string, options?: RunOptions): Promise<string>;
  /** Writes a file as root, atomically (temporary file and rename); answers whether its content changed. */
  writeFile(path: string, content: string | Buffer, mode: number): Promise<boolean>;
  /** The host's Docker API over this connection. */
  readonly docker: Docker;
}
