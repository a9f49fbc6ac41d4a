import { error, type Finding, warning } from "../../../finding";
import type { KubernetesDraft } from "../../file";
import {
  isBefore,
  type Minor,
  minorOf,
  newestKnown,
  oldestPossible,
  oldestSupported,
} from "../../kubernetesSupport";

const place = ["kubernetes", "version"];

/**
 * A version in support. Whether the cluster can go there from the version that it has is asked when that is known, by
 * the provider.
 */
export function* checkKubernetesVersion({ kubernetes }: KubernetesDraft): Iterable<Finding> {
  const { version, source } = kubernetes ?? {};
  if (version === undefined) return;
  const minor = minorOf(version);
  if (isBefore(newestKnown, minor)) {
    yield error(
      place,
      `is ${version}, newer than ${render(newestKnown)}, the newest that this Slipway is made for; use ${supported}, or a newer Slipway`,
    );
  } else if (isBefore(minor, oldestPossible)) {
    yield error(
      place,
      `is ${version}, older than ${render(oldestPossible)}, the oldest that Slipway works with; use ${supported}`,
    );
  } else if (isBefore(minor, oldestSupported)) {
    const what = `is ${version}, which Kubernetes no longer supports`;
    if (source === "preinstalled")
      yield warning(place, `${what}; plan the way to ${render(oldestSupported)} or later`);
    else if (source === "repository") yield error(place, `${what}; use ${supported}`);
  }
}

function render([major, minor]: Minor): string {
  return `${major}.${minor}`;
}

const supported = `${render(oldestSupported)} to ${render(newestKnown)}`;
