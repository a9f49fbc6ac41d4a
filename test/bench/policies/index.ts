import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { startLab, stopLab } from "../../../lab";
import { folderBackend } from "../../../lab/environment";
import { labLayout } from "../../../lab/layout";
import { installPlugins, Progress, toolchain } from "../../../tools";
import { Slipway } from "../machines/slipway";
import { median, type Figure } from "../support/figure";
import { measure } from "../support/measure";
import { OneImage } from "../support/oneImage";

const checkout = path.resolve(__dirname, "../../..");
const pack = path.join(checkout, "policies");
/** No rule at all, as the SDK's own runner starts it. */
const emptyPack = path.join(__dirname, "empty");
const folder = path.join(os.tmpdir(), "slipway-bench-policies");
const labDir = path.join(folder, "lab");

const machines = 100;
/** The lab's vCenter makes it of the name of the template that machines are cloned from. */
const templateUuid = "7dc847e3-ffa0-55fc-9c65-18f9246b4527";
const services = 20;
const rounds = 9;

/** What the pack may add: a part of a preview of machines, seconds of a preview of an application. */
export const bars = { machines: 0.1, application: 0.3 } as const;

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

/**
 * Previews without a policy pack, with an empty one of the SDK and with ours, in turn: of 100 machines, and of an application
 * with 20 services. In `preview`, `ours` is with our pack and `peer` without any; in `added`, what ours adds and what the empty
 * one does. What is over its bar fails the run.
 */
export async function* policies(): AsyncIterable<Figure> {
  const takeDown = async () => {
    await stopLab(labDir);
    rmSync(folder, { recursive: true, force: true });
  };
  await takeDown();
  const registry = await OneImage.start();
  try {
    const chain = await toolchain("bench", new Progress(say));
    const lab = await startLab({
      dir: labDir,
      machines: "none",
      toolsBin: chain.binDir,
      progress: say,
    });
    await installPlugins(labLayout(labDir).pulumiHome, chain.plugins);
    const env = { ...process.env, ...lab.env, SLIPWAY_POLICIES: decisions(registry) };
    const many = await Slipway.create(path.join(folder, "machines"), machines, env);
    const fleet = await paired(`${machines} machines`, (extra) => many.preview(extra));
    yield* figures(`policies/machines-${machines}`, fleet);
    const application = await Application.create(path.join(folder, "application"), {
      ...env,
      SLIPWAY_BENCH_IMAGE: registry.image,
    });
    const twenty = await paired(`${services} services`, (extra) => application.preview(extra));
    yield* figures(`policies/services-${services}`, twenty);
    const over = [
      ...(fleet.added.ours > fleet.none * bars.machines ? ["more than 10 % for machines"] : []),
      ...(twenty.added.ours > bars.application ? ["more than 0.3 s for services"] : []),
    ];
    if (over.length > 0) throw new Error(`the policy pack adds ${over.join(" and ")}`);
  } finally {
    registry.stop();
    await takeDown();
  }
}

/** Mandatory, so that a preview fails where a rule is broken: what is measured is the asking, and not the telling. */
function decisions({ host }: OneImage): string {
  const at = path.join(folder, "decisions");
  mkdirSync(at, { recursive: true });
  const bench = {
    stacks: ["*"],
    level: "mandatory",
    // The lab's vCenter has no categories of tags.
    levels: { "SLW-VM-006": "disabled" },
    parameters: { "SLW-VM-002": { versions: { [templateUuid]: "12" } } },
  };
  const settings = { environments: { bench }, registries: { insecure: [host] } };
  writeFileSync(path.join(at, "policies.yml"), stringify(settings));
  return at;
}

type Preview = (extra: readonly string[]) => Promise<{ readonly wall: number }>;

/** Seconds without a pack and with ours, and what each pack adds in a round: a machine is faster in one than in another. */
interface Previews {
  readonly none: number;
  readonly ours: number;
  readonly added: { readonly empty: number; readonly ours: number };
}

function* figures(name: string, { none, ours, added }: Previews): Iterable<Figure> {
  yield { name: `${name}/preview`, ours, peer: none, unit: "s" };
  yield { name: `${name}/added`, ours: added.ours, peer: added.empty, unit: "s" };
}

/** The medians of several rounds, in each of which one follows the other. */
async function paired(name: string, preview: Preview): Promise<Previews> {
  const [none, empty, ours]: [number[], number[], number[]] = [[], [], []];
  const sides = [
    { extra: [], times: none },
    { extra: ["--policy-pack", emptyPack], times: empty },
    { extra: ["--policy-pack", pack], times: ours },
  ];
  // What is transpiled and read for the first time is nobody's.
  for (const { extra } of sides) await preview(extra);
  for (let round = 1; round <= rounds; round++) {
    for (const { extra, times } of sides) times.push((await preview(extra)).wall);
    const [plain, bare, full] = sides.map(({ times }) => times.at(-1)?.toFixed(2));
    say(
      `${name}, round ${round} of ${rounds}: ${plain} s, with an empty pack ${bare} s, with ours ${full} s`,
    );
  }
  const addedBy = (times: readonly number[]) =>
    median(times.map((time, round) => time - (none[round] ?? NaN)));
  return {
    none: median(none),
    ours: median(ours),
    added: { empty: addedBy(empty), ours: addedBy(ours) },
  };
}

/** Services that a preview knows everything of: their resources, and no Swarm behind them. */
class Application {
  private constructor(
    private readonly at: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async create(at: string, env: NodeJS.ProcessEnv): Promise<Application> {
    mkdirSync(path.join(at, "state"), { recursive: true });
    const project = {
      name: "slipway",
      runtime: {
        name: "nodejs",
        options: {
          typescript: false,
          nodeargs: `--require ${path.join(checkout, "components/runtime/preload.cjs")}`,
        },
      },
      main: path.join(__dirname, "program"),
      plugins: { providers: [{ name: "slipway", path: path.join(checkout, "provider") }] },
    };
    writeFileSync(path.join(at, "Pulumi.yaml"), stringify(project));
    const application = new Application(at, {
      ...env,
      SLIPWAY_BENCH_SERVICES: String(services),
      PULUMI_BACKEND_URL: folderBackend(path.join(at, "state")),
    });
    await application.pulumi(["stack", "init", "bench"]);
    return application;
  }

  preview(extra: readonly string[]): Promise<{ readonly wall: number }> {
    return this.pulumi(["preview", "--non-interactive", "--stack", "bench", ...extra]);
  }

  private pulumi(args: readonly string[]): Promise<{ readonly wall: number }> {
    return measure("pulumi", args, { cwd: this.at, env: this.env });
  }
}
