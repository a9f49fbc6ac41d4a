import Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import type { DockerConfig, RegistryCredential } from "../sdk/shapes";
import { messageOf } from "../server/failure";
import { isPassing } from "../swarm/errors";
import { callEngine } from "../swarm/engineApi";
import { registryOf } from "../sdk/imageName";

/** How long managers may take to agree on a leader, or to come back, seconds. */
const electionSeconds = 45;
const pause = { first: 250, longest: 3000 } as const;
/** How long a manager may take for one answer, milliseconds: it asks registries and nodes. */
const answerTimeoutMs = 30_000;

/** The Docker API of a cluster's managers, as one partner: a question goes to one that answers, and to another one when it does not. */
export class ApplicationAccess {
  private readonly managers: readonly Docker[];
  private readonly checks = new Map<number, Promise<Docker>>();
  private current = 0;

  constructor(private readonly config: DockerConfig) {
    const { endpoints, caCertificate, clientCertificate, clientKey } = config.docker;
    this.managers = endpoints.map((endpoint) => {
      const { hostname, port } = new URL(endpoint);
      return new Docker({
        protocol: "https",
        host: hostname,
        port,
        ca: caCertificate,
        cert: clientCertificate,
        key: clientKey,
        timeout: answerTimeoutMs,
      });
    });
  }

  /** `<project>/<stack>` that owns what is made here. */
  get owner(): string {
    return this.config.owner;
  }

  /** What the nodes need to pull this image; `undefined` where its registry asks for nothing. */
  credentialFor(image: string): RegistryCredential | undefined {
    return this.config.registries[registryOf(image)];
  }

  /**
   * Asks a manager. What is asked must be repeatable: it is asked again, of another manager, when the way to the first
   * one breaks or the managers have no leader for a moment.
   *
   * @throws what the engine refused with, or the last failure when no manager answered in 45 s.
   */
  async call<T>(ask: (docker: Docker) => Promise<T>, signal: AbortSignal): Promise<T> {
    const deadline = performance.now() + electionSeconds * 1000;
    for (let wait: number = pause.first; ; wait = Math.min(wait * 2, pause.longest)) {
      signal.throwIfAborted();
      const failures: string[] = [];
      while (failures.length < this.managers.length) {
        const asked = this.current;
        try {
          return await ask(await this.checked(asked));
        } catch (error) {
          signal.throwIfAborted();
          if (!isPassing(error) && !isUnreachable(error)) throw error;
          failures.push(`  ${this.config.docker.endpoints[asked] ?? ""}: ${messageOf(error)}`);
          this.checks.delete(asked);
          // Another operation may have gone on to the next one already.
          if (this.current === asked) this.current = (asked + 1) % this.managers.length;
        }
      }
      if (performance.now() > deadline)
        throw new Error(`no manager of the cluster answers:\n${failures.join("\n")}`);
      await sleep(wait, undefined, { signal });
    }
  }

  /** The manager, once it has shown that it is one and has quorum. */
  private checked(index: number): Promise<Docker> {
    const check = this.checks.get(index) ?? this.check(this.managers[index]);
    this.checks.set(index, check);
    return check;
  }

  private async check(docker: Docker | undefined): Promise<Docker> {
    if (docker === undefined) throw new Error("the provider's configuration names no manager");
    try {
      await callEngine(docker, { method: "GET", path: "/swarm" });
    } catch (error) {
      throw new Unusable(messageOf(error));
    }
    return docker;
  }
}

/** An endpoint that is no manager with quorum now. */
class Unusable extends Error {}

/** The manager is gone, whether that was seen when it was looked at or later, by the system's error codes. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof Unusable) return true;
  const { code } = error as { readonly code?: unknown };
  return /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ETIMEDOUT)$/.test(String(code));
}
