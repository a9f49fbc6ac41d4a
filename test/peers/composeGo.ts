/** The reference implementation of the Compose Specification, as a program that loads files for comparison. */
import os from "node:os";
import { providePeer, run, type Peer } from "./peer";

const peer: Peer = {
  name: "compose-go",
  importPath: ".",
  title: "the Compose reference loader",
};

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

/** Loads each of the projects; the answers stand in the order of the requests. */
export async function composeGo(requests: readonly PeerRequest[]): Promise<readonly PeerAnswer[]> {
  // For paths that start with ~; nothing else of the environment counts.
  const env = { HOME: os.homedir() };
  const loading = run(await providePeer(peer), { env, maxBuffer: 2 ** 26 });
  loading.child.stdin?.end(JSON.stringify(requests));
  const { stdout } = await loading;
  return JSON.parse(stdout) as readonly PeerAnswer[];
}
