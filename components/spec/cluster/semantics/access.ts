import { error, type Finding } from "../../finding";
import type { ClusterDraft } from "../file";
import { ownerOfPort } from "./ports";

/** SSH on a port that the cluster does not need for itself. */
export function* checkAccess({ access, orchestrator }: ClusterDraft): Iterable<Finding> {
  const port = access?.port;
  const owner = port === undefined ? undefined : ownerOfPort(orchestrator, port);
  if (port !== undefined && owner !== undefined) {
    yield error(
      ["access", "port"],
      `is ${port}, the port of ${owner}; let sshd listen on another port`,
    );
  }
  if (access?.user === "root") {
    yield error(
      ["access", "user"],
      'is "root", but the login user is an ordinary user with password-less sudo; name another, for example ops',
    );
  }
}
