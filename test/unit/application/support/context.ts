import { ApplicationAccess } from "../../../../provider/application/access";
import type { RegistryCredential } from "../../../../provider/sdk/shapes";
import type { Context } from "../../../../provider/server/handler";
import type { FakeSwarm } from "./swarm";

export const owner = "slipway/shop-prod";

/** What an operation has to work with, connected to a fake Swarm, and what it has told the user. */
export interface TestContext {
  readonly context: Context;
  readonly warnings: string[];
  readonly infos: string[];
  readonly abort: AbortController;
}

export function contextOf(
  swarm: FakeSwarm,
  registries: Readonly<Record<string, RegistryCredential>> = {},
): TestContext {
  const warnings: string[] = [];
  const infos: string[] = [];
  const abort = new AbortController();
  const never = () => {
    throw new Error("an application has no hosts");
  };
  const context: Context = {
    urn: "urn:pulumi:shop-prod::slipway::slipway:index:SwarmService::shop-web",
    application: new ApplicationAccess({ owner, docker: swarm.connection, registries }),
    get config() {
      return never();
    },
    get inventory() {
      return never();
    },
    get kubernetes(): never {
      throw new Error("an application on a Swarm has no Kubernetes API");
    },
    signal: abort.signal,
    log: {
      debug: () => undefined,
      info: (text) => infos.push(text),
      warn: (text) => warnings.push(text),
      status: () => undefined,
    },
    warn: (text) => warnings.push(text),
    conceal: () => undefined,
    connect: never,
    connectTo: never,
    critical: (work) => work(),
  };
  return { context, warnings, infos, abort };
}
