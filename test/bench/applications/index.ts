import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { callEngine } from "../../../provider/swarm/engineApi";
import { findOnPath } from "../../../cli/pulumi/cli";
import { provideImages } from "../../../lab/images";
import { TestCluster } from "../../support/cluster";
import { run } from "../../support/command";
import type { Site } from "../../support/site";
import { standUpLab, takeDownLab } from "../../support/testLab";
import { median, type Figure } from "../support/figure";
import { manyServices } from "../support/manyServices";

const services = 20;
const rounds = 3;

/**
 * A preview and a one-image change of an application with 20 services, on the lab's Swarm: by `slipway deploy`, and by
 * `docker stack deploy` of the same file followed by the wait until every service has converged. Needs a Docker client.
 */
export async function* applications(): AsyncIterable<Figure> {
  const client = findOnPath("docker");
  if (client === undefined) throw new Error("the benchmark needs docker, the client, on the PATH");
  const folder = await mkdtemp(path.join(os.tmpdir(), "slipway-bench-applications-"));
  const lab = await standUpLab();
  const say = (line: string) => process.stderr.write(`bench: ${line}\n`);
  try {
    await provideImages(lab, "shop", say);
    const cluster = await TestCluster.create(lab, "bench");
    await cluster.site.up();
    const registry = lab.env.SLIPWAY_LAB_REGISTRY ?? "";
    const ours = await Ours.create(cluster, folder, registry);
    const peer = new Peer(
      client,
      await cluster.docker(),
      folder,
      await credential(cluster, folder),
    );
    const times = { preview: [] as number[], ours: [] as number[], peer: [] as number[] };
    await ours.deploy("1.0.0");
    await peer.deploy(`${registry}/shop:1.0.0`);
    for (let round = 0; round < rounds; round++) {
      say(`applications, round ${round + 1} of ${rounds}`);
      const version = round % 2 === 0 ? "1.0.1" : "1.0.0";
      times.preview.push(await timed(() => ours.preview()));
      times.ours.push(await timed(() => ours.deploy(version)));
      times.peer.push(await timed(() => peer.deploy(`${registry}/shop:${version}`)));
    }
    const name = `applications/${services}`;
    yield { name: `${name}/preview`, ours: median(times.preview), unit: "s" };
    yield {
      name: `${name}/one-image-change`,
      ours: median(times.ours),
      peer: median(times.peer),
      unit: "s",
    };
    await cluster.remove();
  } finally {
    await takeDownLab();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

/** The first service is the shop's `store`, whose image changes; the others stay what they are. */
function stackFile(image: string, changing: string): string {
  return manyServices(services, image)
    .replace(`image: ${image}`, `image: ${changing}`)
    .replace("- api", "- store")
    .replace("- /hello", "- /shop");
}

class Ours {
  private constructor(private readonly site: Site) {}

  static async create(cluster: TestCluster, folder: string, registry: string): Promise<Ours> {
    const file = path.join(folder, "stack.yml");
    const hello = "${REGISTRY}/hello:1.0.0";
    await writeFile(file, stackFile(hello, "${REGISTRY}/shop:${VERSION}"));
    const site = await cluster.site.sibling("twenty-bench", {
      "slipway:stack": file,
      "slipway:application": "twenty",
      "slipway:cluster": cluster.name,
      "slipway:registry": registry,
      "slipway:version": "1.0.0",
    });
    return new Ours(site);
  }

  async deploy(version: string): Promise<void> {
    const { code, output } = await this.site.slipway(
      "deploy",
      "twenty",
      "bench",
      "--version",
      version,
    );
    if (code !== 0) throw new Error(output);
  }

  async preview(): Promise<void> {
    await this.site.must("preview", "--non-interactive", "--stack", this.site.stack);
  }
}

/** The credential of the cluster's Docker API, where a Docker client looks for it. */
async function credential(cluster: TestCluster, folder: string): Promise<NodeJS.ProcessEnv> {
  const outputs = await cluster.site.outputs();
  const files = {
    "ca.pem": outputs.dockerCaCertificate,
    "cert.pem": outputs.dockerClientCertificate,
    "key.pem": outputs.dockerClientKey,
  };
  for (const [name, content] of Object.entries(files))
    await writeFile(path.join(folder, name), content as string, { mode: 0o600 });
  const [endpoint] = outputs.dockerEndpoints as string[];
  return {
    ...process.env,
    DOCKER_HOST: endpoint,
    DOCKER_TLS_VERIFY: "1",
    DOCKER_CERT_PATH: folder,
    LOG_LEVEL: "info",
  };
}

/** `docker stack deploy`, and what it does not do: wait. */
class Peer {
  constructor(
    private readonly client: string,
    private readonly docker: Docker,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  async deploy(image: string): Promise<void> {
    const file = path.join(this.folder, "peer.yml");
    const hello = image.replace(/shop:.*$/, "hello:1.0.0");
    const text = stackFile(hello, image).replace(/^ {4}content: .*$/m, "    file: ./settings");
    await writeFile(path.join(this.folder, "settings"), "level=info");
    await writeFile(file, `version: "3.8"\n${text}`);
    const { code, output } = await run(
      this.client,
      ["stack", "deploy", "--compose-file", file, "peer"],
      {
        cwd: this.folder,
        env: this.env,
        log: path.join(this.folder, "peer.log"),
        timeoutSeconds: 300,
      },
    );
    if (code !== 0) throw new Error(output);
    while (!(await this.hasConverged())) await pause(250);
  }

  private async hasConverged(): Promise<boolean> {
    const query = {
      status: true,
      filters: JSON.stringify({ label: ["com.docker.stack.namespace=peer"] }),
    };
    const listed = (await callEngine(this.docker, {
      method: "GET",
      path: "/services",
      query,
    })) as ListedService[];
    return (
      listed.length === services &&
      listed.every(
        ({ ServiceStatus: { RunningTasks, DesiredTasks }, UpdateStatus }) =>
          RunningTasks === DesiredTasks && (UpdateStatus?.State ?? "completed") === "completed",
      )
    );
  }
}

interface ListedService {
  readonly ServiceStatus: { readonly RunningTasks: number; readonly DesiredTasks: number };
  readonly UpdateStatus?: { readonly State: string };
}
