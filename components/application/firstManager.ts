import { askDocker, type DockerCredentials } from "./dockerApi";

/** More than a manager ever needs for an answer; what a dead one costs whoever asks. */
const timeoutMs = 3000;

/** No manager can be used: of each endpoint, why not. */
export class NoManagerAnswers extends Error {
  constructor(objections: readonly string[]) {
    super(
      `no manager of the cluster can be used:\n${objections.map((one) => `  ${one}`).join("\n")}\n` +
        "check that this machine reaches the managers on port 2376, and run `pulumi up` on the cluster's Pulumi stack if they were replaced",
    );
    this.name = "NoManagerAnswers";
  }
}

/**
 * The first of the managers' endpoints, in the given order, that is a manager with quorum now: the same one in every
 * run while it lives, and another one when it does not. All are asked at once, so dead ones cost one time-out in all.
 *
 * @param endpoints `tcp://10.1.2.3:2376`
 * @throws NoManagerAnswers
 */
export async function firstManager(
  endpoints: readonly string[],
  credentials: DockerCredentials,
): Promise<string> {
  const asked = endpoints.map((endpoint) => ({
    endpoint,
    objection: objectionTo(endpoint, credentials),
  }));
  const objections: string[] = [];
  for (const { endpoint, objection } of asked) {
    const found = await objection;
    if (found === undefined) return endpoint;
    objections.push(`${endpoint}: ${found}`);
  }
  throw new NoManagerAnswers(objections);
}

/** Why this endpoint can't be used; `undefined` when it can. Only managers that have quorum answer `/swarm` with 200. */
async function objectionTo(
  endpoint: string,
  credentials: DockerCredentials,
): Promise<string | undefined> {
  try {
    const { status } = await askDocker(endpoint, credentials, "/swarm", timeoutMs);
    return status === 200 ? undefined : `is no manager of a Swarm with quorum (HTTP ${status})`;
  } catch (error) {
    return (error as Error).message;
  }
}
