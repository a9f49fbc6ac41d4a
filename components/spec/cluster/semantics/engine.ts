import { error, type Finding, warning } from "../../finding";
import { quote } from "../../words";
import {
  distributionEngines,
  isMaintained,
  matchesPrefix,
  oldestEngine,
  oldestUpstreamMajor,
} from "../engineSupport";
import type { Draft, SwarmDraft } from "../file";
import type { EngineSpec } from "../types";
import { urlMistake } from "./url";

type EngineDraft = Draft<EngineSpec>;

/** An engine in support, and settings that the engine will take. */
export function* checkEngine(draft: SwarmDraft): Iterable<Finding> {
  const { engine } = draft;
  if (engine === undefined) return;
  yield* checkVersion(engine, draft);
  yield* checkRepository(engine);
  for (const [index, mirror] of (engine.registryMirrors ?? []).entries()) {
    if (mirror === undefined) continue;
    const mistake = urlMistake(mirror, { path: false });
    if (mistake !== undefined) yield error(["engine", "registryMirrors", index], mistake);
  }
}

function* checkVersion(engine: EngineDraft, draft: SwarmDraft): Iterable<Finding> {
  const { version, source } = engine;
  if (version === undefined || source === undefined) return;
  const place = ["engine", "version"];
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldestEngine;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    yield error(
      place,
      `is ${version}, older than ${oldestMajor}.${oldestMinor}, the oldest engine that Slipway works with; use a supported one`,
    );
    return;
  }
  switch (source) {
    case "docker":
      if (major < oldestUpstreamMajor) {
        yield error(
          place,
          `is ${version}, which Docker no longer supports in its repository; use ${oldestUpstreamMajor} or later, or the package that the distribution supports with \`source: distribution\``,
        );
      }
      return;
    case "distribution":
      yield* checkDistribution(version, draft);
      return;
    case "preinstalled":
      if (!isMaintained(version)) {
        yield warning(
          place,
          `is ${version}, which Docker no longer supports; plan the way to ${oldestUpstreamMajor} or later`,
        );
      }
      return;
    default: {
      const never: never = source;
      return never;
    }
  }
}

function* checkDistribution(version: string, draft: SwarmDraft): Iterable<Finding> {
  const expected = draft.os?.expected;
  if (expected?.id === undefined || expected.versionId === undefined) return;
  const known = distributionEngines.find(
    ({ id, versionId }) => id === expected.id && versionId === expected.versionId,
  );
  const system = `${expected.id} ${expected.versionId}`;
  if (known === undefined) {
    yield warning(
      ["engine", "version"],
      `is ${version}; Slipway does not know which engine ${system} ships and can't tell whether it is supported: check it`,
    );
  } else if (!matchesPrefix(version, known.version)) {
    const prefix = known.version.split(".").slice(0, 2).join(".");
    yield error(
      ["engine", "version"],
      `is ${quote(version)}, but ${system} ships ${known.version}; use "${prefix}", or take the engine from Docker's repository with \`source: docker\``,
    );
  }
}

function* checkRepository({ repository, source }: EngineDraft): Iterable<Finding> {
  if (repository === undefined) return;
  const mistake = urlMistake(repository);
  if (mistake !== undefined) yield error(["engine", "repository"], mistake);
  if (source !== undefined && source !== "docker") {
    yield error(
      ["engine", "repository"],
      `has no effect with \`source: ${source}\`; remove it, or use \`source: docker\``,
    );
  }
}
