import { error, type Finding } from "../../finding";
import type { ClusterDraft } from "../file";

/** TCP ports that a Swarm's nodes listen on themselves. */
const taken = new Map([
  [2376, "the managers' Docker API"],
  [2377, "the Swarm's managers"],
  [7946, "the Swarm's gossip"],
]);

/** SSH on a port that the cluster does not need for itself. */
export function* checkAccess({ access }: ClusterDraft): Iterable<Finding> {
  const port = access?.port;
  const owner = port === undefined ? undefined : taken.get(port);
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
