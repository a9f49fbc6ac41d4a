import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../errors";
import { run, runAny } from "../host/run";

const aptEnvironment = { ...process.env, LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" };

let update: Promise<void> | undefined;

/** How long another process may hold apt's lists, milliseconds. */
const lockPatience = 120_000;

/** Fetches the package lists, at most once per run. */
export function updateLists(): Promise<void> {
  update ??= fetchLists();
  return update;
}

/** Tests run side by side, and apt does not wait for whoever holds its lists. */
async function fetchLists(): Promise<void> {
  const end = Date.now() + lockPatience;
  for (;;) {
    const { code, stdout, stderr } = await runAny("apt-get", ["update", "-q"], {
      env: aptEnvironment,
    });
    if (code === 0) return;
    if (!stderr.includes("Could not get lock") || Date.now() > end)
      throw new LabError(`apt-get update ended with ${String(code)}:\n${stdout}${stderr}`);
    await sleep(500);
  }
}

/** Makes sure that apt here has lists of a Debian suite's packages. */
export async function needSuite(suite: string): Promise<void> {
  if (await knowsSuite(suite)) return;
  await updateLists();
  if (await knowsSuite(suite)) return;
  throw new LabError(
    `The lab's machines run Debian ${suite}, and apt on this machine knows no repository of it. ` +
      `Add one to /etc/apt/sources.list.d (its mirror is then used for the machines too), run apt-get update, and try again.`,
  );
}

async function knowsSuite(suite: string): Promise<boolean> {
  const targets = await runAny(
    "apt-get",
    ["indextargets", "--format", "$(CODENAME)", "Created-By: Packages"],
    { env: aptEnvironment },
  );
  return targets.stdout.split("\n").includes(suite);
}

/**
 * Downloads packages and those of their dependencies that this machine lacks, and unpacks them into a folder. Nothing
 * is installed: no service starts, and no package manager has to undo anything.
 */
export async function unpackPackages(names: readonly string[], folder: string): Promise<void> {
  const downloads = `${folder}/debs`;
  const root = `${folder}/root`;
  await run("mkdir", ["-p", downloads, root]);
  const wanted = [...new Set([...names, ...(await missingDependencies(names))])];
  const download = await runAny("apt-get", ["download", "-q", ...wanted], {
    cwd: downloads,
    env: aptEnvironment,
  });
  if (download.code !== 0) {
    await updateLists();
    await run("apt-get", ["download", "-q", ...wanted], { cwd: downloads, env: aptEnvironment });
  }
  for (const deb of readdirSync(downloads)) {
    await run("dpkg-deb", ["--extract", `${downloads}/${deb}`, root]);
  }
  await run("rm", ["-r", downloads]);
}

async function missingDependencies(names: readonly string[]): Promise<string[]> {
  const simulated = await runAny(
    "apt-get",
    ["install", "--simulate", "--no-install-recommends", ...names],
    { env: aptEnvironment },
  );
  return parseSimulation(simulated.stdout);
}

/** Names of the packages that `apt-get install --simulate` would install. */
export function parseSimulation(text: string): string[] {
  return [...text.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? "");
}
