import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ServerHostKeyAlgorithm } from "ssh2";
import type { Endpoint } from "../inventory/types";
import { connectFailure, HostKeyMismatch, TransportError } from "./failure";
import { fingerprintOf, sameFingerprint } from "./fingerprint";

/** How one connection is made. */
export interface DialOptions {
  readonly user: string;
  readonly port: number;
  readonly privateKey: string;
  /** How long refusals and time-outs are retried, seconds: a booting machine is not an error. */
  readonly patienceSeconds: number;
  /** Time limit of one attempt, seconds. Default 20. */
  readonly attemptSeconds?: number;
  readonly signal?: AbortSignal;
}

export interface Dialled {
  readonly client: Client;
  /** Fingerprint that the host proved. */
  readonly hostKey: string;
}

/** Kinds of host keys, the preferred ones first. A fingerprint does not say of which kind its key is. */
const keyKinds: readonly (readonly ServerHostKeyAlgorithm[])[] = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ["rsa-sha2-512", "rsa-sha2-256"],
];

/** Connects and authenticates, with patience for machines that are still booting. Throws `TransportError`. */
export async function dial(endpoint: Endpoint, options: DialOptions): Promise<Dialled> {
  const deadline = performance.now() + options.patienceSeconds * 1000;
  for (let pause = 500; ; pause = Math.min(pause * 1.6, 5000)) {
    options.signal?.throwIfAborted();
    try {
      return await dialOnce(endpoint, options);
    } catch (error) {
      const patient = performance.now() + pause < deadline;
      if (!(error instanceof TransportError) || !error.worthRetrying || !patient) throw error;
    }
    await sleep(pause, undefined, { signal: options.signal });
  }
}

/** A host has several keys: where the one it shows first is not the expected one, the others are asked for. */
async function dialOnce(endpoint: Endpoint, options: DialOptions): Promise<Dialled> {
  try {
    return await attempt(endpoint, options, keyKinds.flat());
  } catch (error) {
    if (!(error instanceof HostKeyMismatch)) throw error;
    for (const kind of keyKinds) {
      try {
        return await attempt(endpoint, options, kind);
      } catch {
        // A kind of key that this host lacks, or another one that is not expected: the first answer stands.
      }
    }
    throw error;
  }
}

function attempt(
  endpoint: Endpoint,
  options: DialOptions,
  serverHostKey: readonly ServerHostKeyAlgorithm[],
): Promise<Dialled> {
  const client = new Client();
  // ssh2 may report a second error while the connection is taken down; unheard, it would end the process.
  client.on("error", () => undefined);
  let presented = "";
  let mismatch: HostKeyMismatch | undefined;
  return new Promise<Dialled>((resolve, reject) => {
    const fail = (error: unknown) => {
      client.end();
      client.destroy();
      reject(mismatch ?? connectFailure(endpoint, options.user, options.port, error));
    };
    client.once("ready", () => {
      client.removeListener("error", fail);
      client.removeListener("close", closed);
      resolve({ client, hostKey: presented });
    });
    const closed = () => {
      fail(new Error("the connection was closed before the login"));
    };
    client.once("error", fail);
    client.once("close", closed);
    client.connect({
      host: endpoint.address,
      port: options.port,
      username: options.user,
      privateKey: options.privateKey,
      authHandler: ["publickey"],
      readyTimeout: (options.attemptSeconds ?? 20) * 1000,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: [...serverHostKey] },
      // Called during the key exchange, before anything of ours is sent.
      hostVerifier: (key: Buffer) => {
        presented = fingerprintOf(key);
        if (endpoint.hostKey === undefined || sameFingerprint(presented, endpoint.hostKey)) {
          return true;
        }
        mismatch = new HostKeyMismatch(endpoint, endpoint.hostKey, presented);
        return false;
      },
    });
  });
}
