import { error, errorAtKey, type Finding } from "../../finding";
import { type Path, renderPath } from "../../problem";
import { quote } from "../../words";
import {
  isMapping,
  listAt,
  type Mapping,
  mappingAt,
  mappingsAt,
  plain,
  type Value,
} from "../tree/value";
import type { CheckContext } from "./context";

/** Settings of one service that do not go together. */
export function* checkConsistency(model: Mapping, context: CheckContext): Iterable<Finding> {
  for (const [name, service] of mappingsAt(model, "services")) {
    const at = ["services", name];
    if (service.image === undefined && service.build === undefined) {
      const isTaken = ["image", "build", "extends"].some((field) =>
        context.isUnsound([...at, field]),
      );
      if (!isTaken && service.provider === undefined) {
        yield errorAtKey(at, "has no image; add one, for example `image: registry/shop:1.0.0`");
      }
    }
    if (service.network_mode !== undefined && mappingAt(service, "networks") !== undefined) {
      yield error([...at, "network_mode"], "rules out `networks`; keep one of the two");
    }
    const build = mappingAt(service, "build");
    if (build?.dockerfile !== undefined && build.dockerfile_inline !== undefined) {
      yield error([...at, "build"], "has dockerfile and dockerfile_inline; keep one of them");
    }
    yield* checkHealthTest(service, at);
    yield* checkPairs(service, at);
    yield* checkReplicas(service, at);
    yield* checkMounts(service, at);
    yield* checkDevices(service, at);
  }
}

function* checkDevices(service: Mapping, at: Path): Iterable<Finding> {
  const reservations = mappingAt(
    mappingAt(mappingAt(service, "deploy"), "resources"),
    "reservations",
  );
  const places: [Path, Value[]][] = [
    [[...at, "gpus"], listAt(service, "gpus")],
    [[...at, "deploy", "resources", "reservations", "devices"], listAt(reservations, "devices")],
  ];
  for (const [path, requests] of places) {
    for (const [index, request] of requests.entries()) {
      if (!isMapping(request)) continue;
      if (request.count === undefined || request.device_ids === undefined) continue;
      yield error([...path, index], "has count and device_ids; keep one of them");
    }
  }
}

function* checkHealthTest(service: Mapping, at: Path): Iterable<Finding> {
  const test = listAt(mappingAt(service, "healthcheck"), "test").map(plain);
  const [form] = test;
  if (form === undefined || ["CMD", "CMD-SHELL", "NONE"].includes(form)) return;
  yield error(
    [...at, "healthcheck", "test", 0],
    `must be CMD, CMD-SHELL or NONE; got ${quote(form)}, write [CMD, ${test.join(", ")}]`,
  );
}

/** Old settings and those under `deploy` that say the same. */
const same: readonly [string, ...string[]][] = [
  ["scale", "replicas"],
  ["cpus", "resources", "limits", "cpus"],
  ["mem_limit", "resources", "limits", "memory"],
  ["mem_reservation", "resources", "reservations", "memory"],
  ["pids_limit", "resources", "limits", "pids"],
];

function* checkPairs(service: Mapping, at: Path): Iterable<Finding> {
  for (const [old, ...steps] of same) {
    let value: unknown = service.deploy;
    for (const step of steps) value = isMapping(value) ? value[step] : undefined;
    if (value === undefined || service[old] === value) continue;
    // Nothing is no limit, and contradicts none; replicas are a number.
    if (old !== "scale" && (!service[old] || service[old] === "0")) continue;
    if (service[old] === undefined) continue;
    const place = `deploy.${steps.join(".")}`;
    yield error(
      [...at, old],
      `is ${plain(service[old])}, and ${place} says ${quote(value)}; keep only ${place}`,
    );
  }
}

function* checkReplicas(service: Mapping, at: Path): Iterable<Finding> {
  const deploy = mappingAt(service, "deploy");
  const replicas = deploy?.replicas ?? service.scale;
  if (service.container_name !== undefined && typeof replicas === "number" && replicas > 1) {
    yield error(
      [...at, "container_name"],
      `rules out more than one task, and there are to be ${replicas}; remove it`,
    );
  }
  if (deploy?.mode === "global" && deploy.replicas !== undefined) {
    yield error(
      [...at, "deploy", "replicas"],
      "has no effect with `mode: global`, which runs one task on each node; remove one of the two",
    );
  }
}

function* checkMounts(service: Mapping, at: Path): Iterable<Finding> {
  for (const [index, mount] of listAt(service, "volumes").entries()) {
    if (!isMapping(mount) || mount.type !== "bind" || plain(mount.source) !== "") continue;
    const path = [...at, "volumes", index];
    yield error([...path, "source"], "is missing; add it, for example `source: ./data`");
  }
  const targets = new Map<string, Path>();
  const mounts: [string, Path][] = [
    ...listAt(service, "tmpfs").map((item, index): [string, Path] => [
      plain(item).split(":", 1)[0] ?? "",
      [...at, "tmpfs", index],
    ]),
    ...listAt(service, "volumes").map((item, index): [string, Path] => [
      isMapping(item) ? plain(item.target) : "",
      [...at, "volumes", index],
    ]),
  ];
  for (const [target, path] of mounts) {
    if (target === "") continue;
    const other = targets.get(target);
    if (other !== undefined) {
      const who = renderPath(other.slice(at.length));
      yield error(
        path,
        `mounts on ${target}, where ${who} is mounted already; choose another path`,
      );
    }
    targets.set(target, path);
  }
}
