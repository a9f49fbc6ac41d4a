import { access } from "node:fs/promises";
import { ControlPlanes } from "../../../provider/kubernetes/controlPlanes";
import { snapshotPath, takeSnapshot } from "../../../provider/kubernetes/etcd/kept";
import { fetchFile } from "../../../provider/kubernetes/restore/transfer";
import type { Connection } from "../../../provider/transport/types";
import { clusterAccess } from "../../access";
import { badUsage } from "../../exit";
import { interruptSignal } from "../../interrupt";
import { PulumiStack } from "../../pulumi/stack";
import { table } from "../../table";
import type { Terminal } from "../../terminal";
import { recordedCluster } from "../cluster";
import { ClusterHosts } from "../../hosts";
import { writePrivateFile } from "../privateFile";
import { choose, lookForSnapshots } from "./kept";

export interface SnapshotOptions {
  readonly stack: string;
  /** Default: `<stack>-<name of the snapshot>` in the current folder. */
  readonly output?: string;
  readonly list: boolean;
  /** A snapshot that is there already. */
  readonly from?: string;
}

/** `slipway snapshot`: takes a snapshot of a cluster's etcd and fetches it, or one of those that control planes keep. */
export async function runSnapshot(options: SnapshotOptions, terminal: Terminal): Promise<void> {
  const signal = interruptSignal(terminal);
  const stack = await PulumiStack.open(options.stack);
  const { clusterId } = recordedCluster(await stack.state(), stack.name);
  if (options.output !== undefined) await refuseExisting(options.output);
  const hosts = ClusterHosts.open(await clusterAccess(stack), terminal, signal);
  try {
    const { context } = hosts;
    if (options.list) {
      await list(hosts, terminal);
      return;
    }
    const { connection, name } =
      options.from === undefined
        ? await taken(new ControlPlanes(context, { clusterId }), terminal)
        : await kept(hosts, options.from);
    const file = options.output ?? `${stack.shortName}-${name}`;
    if (options.output === undefined) await refuseExisting(file);
    terminal.progress(`fetching ${name} from ${connection.machine}`);
    const { bytes, sha256 } = await writePrivateFile(file, (handle) =>
      fetchFile(connection, snapshotPath(name), (piece) => handle.appendFile(piece)),
    );
    terminal.progress(`${file}: ${size(bytes)}`);
    terminal.say(
      "It holds the keys of the cluster's authorities and all its secrets: whoever has it has the cluster. Keep it as safe as that, and off the cluster's machines.",
    );
    terminal.result({ file, name, machine: connection.machine, bytes, sha256 });
  } finally {
    await hosts.close();
  }
}

interface Source {
  readonly connection: Connection;
  readonly name: string;
}

async function taken(cluster: ControlPlanes, terminal: Terminal): Promise<Source> {
  const { connection } = await cluster.one();
  terminal.progress(`taking a snapshot on ${connection.machine}`);
  return { connection, name: await takeSnapshot(connection) };
}

async function kept({ context }: ClusterHosts, wanted: string): Promise<Source> {
  const { endpoint, name } = choose(await lookForSnapshots(context), wanted);
  return { connection: await context.connectTo(endpoint), name };
}

async function list({ context }: ClusterHosts, terminal: Terminal): Promise<void> {
  const { snapshots, unasked } = await lookForSnapshots(context);
  const rows = snapshots.map(({ endpoint, name, taken: time, bytes }) => [
    endpoint.machine,
    name,
    time,
    size(bytes),
  ]);
  if (rows.length === 0) terminal.say("There is no snapshot yet.");
  else for (const line of table([["ON", "SNAPSHOT", "TAKEN", "SIZE"], ...rows])) terminal.say(line);
  for (const { machine, reason } of unasked)
    terminal.say(`${machine} could not be asked: ${reason}`);
  terminal.result({
    snapshots: snapshots.map(({ endpoint, name, taken: time, bytes }) => ({
      machine: endpoint.machine,
      ...{ name, taken: time, bytes },
    })),
    unasked,
  });
}

/** Snapshots are not thrown away by accident. */
async function refuseExisting(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) throw badUsage(`${file} is there already: give another --output`);
}

function size(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${Math.ceil(bytes / 1024)} KiB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
