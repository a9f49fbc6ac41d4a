import { readFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import type { Lab } from "../../lab";
import { provideImages } from "../../lab/images";
import type { LabCluster } from "./cluster";
import type { Outcome } from "./command";
import type { Site } from "./site";
import { SteadyLoad } from "./steadyLoad";

/** What tests change in the shop's Compose file. */
export interface ShopYml {
  "x-slipway": Record<string, unknown> & { version: string };
  services: Record<string, Record<string, unknown>>;
}

/** The sample application in one environment, on a cluster with an ingress. */
export class Shop {
  private constructor(
    readonly site: Site,
    readonly environment: string,
    private readonly addresses: readonly string[],
  ) {}

  /** Puts the images of the shop and of the ingress into the lab's registry. */
  static async images(lab: Lab): Promise<void> {
    const say = (line: string) => process.stdout.write(`lab: ${line}\n`);
    await provideImages(lab, "ingress", say);
    await provideImages(lab, "shop", say);
  }

  /** The Pulumi stack `shop-<environment>` with files of its own, which the test may change. */
  static async create(cluster: LabCluster, lab: Lab, environment: string): Promise<Shop> {
    const folder = `shop-${environment}`;
    const workers = await cluster.addresses("workers");
    const site = await cluster.site.sibling(`shop-${environment}`, {
      "slipway:stack": `${folder}/stack.yml`,
      "slipway:application": `shop-${environment}`,
      "slipway:environment": environment,
      "slipway:cluster": cluster.name,
      "slipway:registry": lab.env.SLIPWAY_LAB_REGISTRY ?? "",
    });
    for (const file of ["stack.yml", `stack.${environment}.yml`, "settings.json"])
      await site.copy(`stacks/shop/${file}`, `${folder}/${file}`);
    const config = ["config", "set", "--stack", site.stack, "--path"];
    await site.must(...config, "slipway:variables.STORE_NODE", `${cluster.name}-workers-0-g1`);
    await site.must(...config, "--secret", "slipway:secrets.SIGNING_KEY", "first-signing-key");
    return new Shop(site, environment, Object.values(workers));
  }

  /** Its name on the cluster. */
  get application(): string {
    return `shop-${this.environment}`;
  }

  get host(): string {
    return `shop.${this.environment}.test`;
  }

  /** Changes the Compose file, for good. */
  async define(change: (yml: ShopYml) => void): Promise<void> {
    const file = this.site.path(`shop-${this.environment}/stack.yml`);
    const yml = parse(await readFile(file, "utf8"), { version: "1.1" }) as ShopYml;
    // A file mode as Compose writes it (0444) is a number here: octal only in YAML 1.1.
    change(yml);
    await this.site.write(`shop-${this.environment}/stack.yml`, stringify(yml));
  }

  /** Runs `slipway <command> shop <environment> …`. */
  slipway(command: string, ...args: readonly string[]): Promise<Outcome> {
    return this.site.slipwayAside(command, "shop", this.environment, ...args);
  }

  deploy(...args: readonly string[]): Promise<Outcome> {
    return this.slipway("deploy", ...args);
  }

  /** A steady load through the ingress of every worker. */
  load(): SteadyLoad {
    const tls = this.environment !== "dev";
    return SteadyLoad.start({
      urls: this.addresses.map((address) => `${tls ? "https" : "http"}://${address}/`),
      host: this.host,
      tls: { rejectUnauthorized: false },
      // As a load balancer in front of the nodes asks: a drained node says no.
      health: { port: 8082, path: "/ready" },
    });
  }
}
