import { isDeepStrictEqual } from "node:util";
import { compareInputs } from "../server/difference";
import { sameAuthorities, writeAuthorities } from "../registry/authorities";
import { messageOf, prefixed } from "../server/failure";
import type { ClusterLock, Context, Problem, ResourceHandler } from "../server/handler";
import { isUnknown, known, unknown } from "../server/unknown";
import type { EngineInputs, EngineOutputs } from "../sdk/shapes";
import type { Connection } from "../transport/types";
import { daemonFile, daemonText, parseDaemon } from "./daemon";
import { installEngine } from "./packages";
import { planEngine, type Plan } from "./plan";
import { probeEngine, registriesFolder, type EngineState } from "./probe";
import { applySettings, awaitEngine, keepPrevious } from "./service";
import { matchesVersion } from "./version";

type Inputs = EngineInputs;
type Outputs = EngineOutputs;

const sources = ["distribution", "docker", "preinstalled"];
const inputKeys = [
  "machine",
  "vmUuid",
  "version",
  "source",
  "repository",
  "daemon",
  "authorities",
] as const;
/** How long `read` waits for a machine that may be off or gone, seconds. */
const readPatience = { resolve: 5, connect: 10 } as const;

/** The Docker engine of a host. `lock` serialises what stops containers over all machines of the cluster. */
export function createEngine(lock: ClusterLock): ResourceHandler<Inputs, Outputs> {
  const converge = async (context: Context, inputs: Inputs): Promise<Outputs> => {
    const connection = await context.connect(inputs);
    const plan = planOf(inputs, await probeEngine(connection));
    if (!plan.disrupts) return carryOut(context, connection, inputs, plan);
    context.log.status("waiting for the cluster's lease");
    const purpose = plan.install
      ? `upgrading the engine to ${inputs.version}`
      : "restarting the engine";
    return lock.disrupt(context, inputs, purpose, async (held) =>
      // Asked again: what was true before the wait need not be now.
      carryOut(context, held, inputs, planOf(inputs, await probeEngine(held))),
    );
  };

  return {
    token: "slipway:index:Engine",
    secretOutputs: [],
    optionalInputs: ["vmUuid", "repository", "authorities"],

    check(inputs) {
      const problems: Problem[] = [];
      const report = (property: string, reason: string) => {
        problems.push({ property, reason });
      };
      if (!isUnknown(inputs.version) && !/^\d+(\.\d+)*([-+~].*)?$/.test(inputs.version)) {
        report("version", `must be a version like 20.10 or 27.3.1; got ${inputs.version}`);
      }
      if (!isUnknown(inputs.source) && !sources.includes(inputs.source)) {
        report("source", `must be one of ${sources.join(", ")}; got ${inputs.source}`);
      }
      if (inputs.source === "docker" && inputs.repository === undefined) {
        report(
          "repository",
          "is missing: the base address of Docker's package repository for this distribution, or of its mirror (https://…/linux/debian)",
        );
      }
      return problems;
    },

    diff(olds, news) {
      return compareInputs(olds, news, inputKeys, ["machine", "vmUuid"]);
    },

    preview(_context, inputs, olds) {
      const version = known<string>(inputs.version);
      const stays =
        olds !== undefined &&
        version !== undefined &&
        matchesVersion(olds.installedVersion, version);
      return Promise.resolve({ installedVersion: stays ? olds.installedVersion : unknown });
    },

    async create(context, inputs) {
      const { machine, vmUuid } = inputs;
      const id = vmUuid === undefined ? machine : `${machine}/${vmUuid}`;
      return { id, outputs: await converge(context, inputs) };
    },

    async read(context, _id, olds) {
      const inputs = inputsOf(olds);
      const recorded = { inputs, outputs: { installedVersion: olds.installedVersion } };
      try {
        if ((await context.inventory.existence(inputs)) === "absent") return undefined;
        const endpoint = await context.inventory.resolve(inputs, readPatience.resolve);
        const connection = await context.connectTo(endpoint, readPatience.connect);
        const state = await probeEngine(connection);
        if (state.installed === undefined) return undefined;
        return found(inputs, state, state.installed);
      } catch (error) {
        context.signal.throwIfAborted();
        context.warn(
          `the engine of ${inputs.machine} is not refreshed, the recorded state is kept: ${messageOf(error)}`,
        );
        return recorded;
      }
    },

    update(context, _id, _olds, news) {
      return converge(context, news);
    },

    delete() {
      // The engine goes with its VM. On a host that stays, it and its containers are the owner's.
      return Promise.resolve();
    },
  };
}

function planOf(inputs: Inputs, state: EngineState): Plan {
  try {
    return planEngine(state, inputs);
  } catch (error) {
    throw new Error(prefixed(inputs.machine, messageOf(error)), { cause: error });
  }
}

async function carryOut(
  context: Context,
  connection: Connection,
  inputs: Inputs,
  plan: Plan,
): Promise<Outputs> {
  if (plan.writeAuthorities)
    await writeAuthorities(connection, registriesFolder, inputs.authorities ?? {});
  if (plan.writeDaemon) {
    await connection.must("keeping the previous settings", keepPrevious);
    await connection.writeFile(daemonFile, daemonText(inputs.daemon), 0o644);
  }
  context.signal.throwIfAborted();
  if (plan.install && inputs.source !== "preinstalled") {
    context.log.status(`installing the Docker engine ${inputs.version}`);
    await installEngine(connection, { ...inputs, source: inputs.source });
  }
  context.signal.throwIfAborted();
  await applySettings(connection, plan.applying);
  let installedVersion = await awaitEngine(context, connection);
  if (plan.install && !matchesVersion(installedVersion, inputs.version)) {
    // A host may be set up so that packages do not restart their services.
    await applySettings(connection, "restart");
    installedVersion = await awaitEngine(context, connection);
  }
  if (!matchesVersion(installedVersion, inputs.version)) {
    throw new Error(
      `${inputs.machine}: the engine that runs is ${installedVersion}, not ${inputs.version}`,
    );
  }
  return { installedVersion };
}

/** Inputs as they would have to be to describe the engine that is there. */
function found(inputs: Inputs, state: EngineState, installed: string) {
  const running = matchesVersion(installed, inputs.version) ? inputs.version : installed;
  const daemon = parseDaemon(state.daemonText) ?? { unreadable: state.daemonText };
  return {
    inputs: {
      ...inputs,
      version: state.active ? running : `${installed} (stopped)`,
      daemon: isDeepStrictEqual(daemon, inputs.daemon) ? inputs.daemon : daemon,
      authorities: sameAuthorities(state.authorities, inputs.authorities ?? {})
        ? inputs.authorities
        : state.authorities,
    },
    outputs: { installedVersion: installed },
  };
}

function inputsOf(olds: Inputs): Inputs {
  const { machine, vmUuid, version, source, repository, daemon, authorities } = olds;
  return { machine, vmUuid, version, source, repository, daemon, authorities };
}
