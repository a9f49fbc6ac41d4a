import type { Endpoint } from "../../inventory/types";
import { messageOf } from "../../server/failure";
import type { Context } from "../../server/handler";
import { until } from "../../cluster/poll";
import type { KubernetesEndpoint } from "../../sdk/kubernetesShapes";
import { installScript, updateScript } from "../../engine/packages";
import { quote } from "../../transport/shell";
import type { Connection } from "../../transport/types";
import { localState } from "../localState";
import { checkFile, checkScript, header, keepalivedConfig, keepalivedFile } from "./keepalived";

/** How long it may take until one of the control planes holds the address, seconds. */
const holdSeconds = 30;
const aptLimit = 900;

type Peer = Pick<Endpoint, "machine" | "address">;

/** Where a virtual address is held: nothing is to be done for an external one. */
export function isVirtual(
  endpoint: KubernetesEndpoint | undefined,
): endpoint is KubernetesEndpoint & { readonly kind: "virtual" } {
  return endpoint?.kind === "virtual";
}

/** Makes a control plane a candidate for the virtual address, with the others as its peers. */
export async function holdAddress(
  context: Context,
  connection: Connection,
  address: string,
  members: readonly Peer[],
): Promise<void> {
  await refuseForeign(connection);
  await install(context, connection);
  const networkInterface = await interfaceOf(connection);
  const text = keepalivedConfig({
    address,
    networkInterface,
    own: connection.address,
    peers: members.map((one) => one.address).filter((one) => one !== connection.address),
  });
  await connection.writeFile(checkFile, checkScript, 0o755);
  const changed = await connection.writeFile(keepalivedFile, text, 0o644);
  await connection.must(
    "starting keepalived",
    `systemctl enable --quiet keepalived.service
if systemctl is-active --quiet keepalived.service; then
  ${changed ? "systemctl reload keepalived.service" : ":"}
elif ! timeout 60 systemctl restart keepalived.service; then
  journalctl -u keepalived.service -n 15 --no-pager -o cat >&2
  exit 1
fi`,
    { timeoutSeconds: 90 },
  );
}

/**
 * Tells the control planes that hold the address who their peers are now. One that can't be told is told by the next run.
 * @param peers all control planes, those included that are just joining.
 */
export async function syncPeers(
  context: Context,
  address: string,
  peers: readonly Endpoint[],
): Promise<void> {
  await Promise.all(
    peers.map(async (endpoint) => {
      try {
        const connection = await context.connectTo(endpoint);
        const { hasApiServer, unfinished } = await localState(connection);
        if (hasApiServer && unfinished === undefined)
          await holdAddress(context, connection, address, peers);
      } catch (error) {
        context.signal.throwIfAborted();
        context.warn(
          `${endpoint.machine} was not told the other holders of ${address}: ${messageOf(error)}`,
        );
      }
    }),
  );
}

/** Waits until the host holds the address. For the first control plane: nobody else can. */
export async function awaitAddress(
  context: Context,
  connection: Connection,
  address: string,
): Promise<void> {
  await until(
    async () => {
      const { stdout } = await connection.run(`ip -o addr show to ${quote(address)}`);
      return stdout.trim() === "" ? undefined : true;
    },
    {
      seconds: holdSeconds,
      signal: context.signal,
      late: () =>
        `${connection.machine}: keepalived runs, but does not hold ${address} after ${holdSeconds} s: look at \`journalctl -u keepalived\` there. Is the address of this network, and does the hypervisor allow a second one on this port?`,
    },
  );
}

/** Gives the address to somebody else before the host leaves. */
export const releaseAddressScript = `if [ -e ${checkFile} ]; then systemctl stop keepalived.service || true; fi`;

async function refuseForeign(connection: Connection): Promise<void> {
  const { stdout } = await connection.run(
    `if [ -s ${keepalivedFile} ]; then head -n 1 ${keepalivedFile}; fi`,
  );
  const first = stdout.trim();
  if (first === "" || first === header) return;
  throw new Error(
    `${connection.machine}: has a ${keepalivedFile} that is not Slipway's: remove it, or use an apiEndpoint of kind external`,
  );
}

async function install(context: Context, connection: Connection): Promise<void> {
  const missing = (
    await connection.must(
      "looking for keepalived",
      "for name in keepalived curl; do command -v $name >/dev/null || echo $name; done",
    )
  ).split("\n");
  const names = missing.filter((name) => name !== "");
  if (names.length === 0) return;
  context.log.status(`installing ${names.join(", ")}`);
  const timeoutSeconds = aptLimit;
  const first = await connection.run(`set -eu\n${installScript(names)}`, { timeoutSeconds });
  if (first.code === 0) return;
  // The index may be older than the repository.
  await connection.must("updating the package index", updateScript, { timeoutSeconds });
  await connection.must(`installing ${names.join(", ")}`, installScript(names), { timeoutSeconds });
}

async function interfaceOf(connection: Connection): Promise<string> {
  const lines = await connection.must(
    "asking for its network interface",
    `ip -o -4 addr show to ${quote(connection.address)}`,
  );
  const name = /^\d+:\s+(\S+)/.exec(lines)?.[1]?.replace(/@.*$/, "");
  if (name === undefined)
    throw new Error(
      `${connection.machine}: no network interface has ${connection.address}, so it can't hold a virtual address beside it`,
    );
  return name;
}
