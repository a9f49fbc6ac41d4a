import type { EngineInputs } from "../sdk/shapes";
import { sameAuthorities } from "../registry/authorities";
import { applyingOf, type Applying } from "./daemon";
import type { EngineState } from "./probe";
import { isDowngrade, matchesVersion } from "./version";

/** Where each source's packages come from. The first one carries `dockerd`. */
export const packagesOf = {
  distribution: ["docker.io"],
  docker: ["docker-ce", "docker-ce-cli", "containerd.io"],
} as const;

/** What has to happen on a host, in this order: write the settings, install, make the running engine take them over. */
export interface Plan {
  readonly install: boolean;
  readonly writeDaemon: boolean;
  /** The engine reads them when it pulls. */
  readonly writeAuthorities: boolean;
  readonly applying: Applying;
  /** Containers on the host stop for a moment: one machine of the cluster at a time. */
  readonly disrupts: boolean;
}

/** Decides from what is there. Throws, in words for the user, when it cannot become what is wanted. */
export function planEngine(state: EngineState, inputs: EngineInputs): Plan {
  const fits = state.installed !== undefined && matchesVersion(state.installed, inputs.version);
  const install = !fits;
  if (install) refuse(state, inputs);
  const applying = applyingOf(state.daemonText, inputs.daemon);
  return {
    install,
    writeAuthorities: !sameAuthorities(state.authorities, inputs.authorities ?? {}),
    writeDaemon: applying !== "nothing" || state.daemonText === undefined,
    applying: state.active && !install ? applying : "nothing",
    disrupts: state.active && (install || applying === "restart"),
  };
}

function refuse(state: EngineState, inputs: EngineInputs): void {
  const { installed, ownedBy } = state;
  if (inputs.source === "preinstalled") {
    throw new Error(
      installed === undefined
        ? `has no Docker engine, and engine.source is preinstalled: put ${inputs.version} into the template, or choose distribution or docker as source`
        : `has Docker engine ${installed}, but engine.version is ${inputs.version} and engine.source is preinstalled: change the template or the version`,
    );
  }
  if (installed === undefined) return;
  const wanted = packagesOf[inputs.source][0];
  if (ownedBy !== wanted) {
    const origin = ownedBy === undefined ? "installed without a package" : `of package ${ownedBy}`;
    throw new Error(
      `has Docker engine ${installed} ${origin}, which ${wanted} would collide with: remove it, or set engine.source to ${ownedBy === "docker-ce" ? "docker" : "preinstalled"}`,
    );
  }
  if (isDowngrade(installed, inputs.version)) {
    throw new Error(
      `has Docker engine ${installed}, newer than ${inputs.version}: an older engine may not read its data; set engine.version to ${installed.split("+")[0] ?? installed}, or roll the machine`,
    );
  }
}
