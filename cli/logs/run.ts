import { setTimeout as sleep } from "node:timers/promises";
import { fields, levels, type Level } from "../../components/logging/record";
import { badUsage } from "../exit";
import { stackNameOf } from "../deploy/ledger";
import { interruptSignal } from "../interrupt";
import { PulumiStack } from "../pulumi/stack";
import { hasColours, Terminal } from "../terminal";
import { momentWords, parseMoment } from "./duration";
import { matcher, patternIn, searchBody, type Cursor, type Line, type LineFilter } from "./query";
import { shown } from "./show";
import { openStore, type LineStore } from "./store";

export interface LogsOptions {
  readonly application?: string;
  readonly environment?: string;
  /** Pulumi stack of a cluster, in the place of an application. */
  readonly cluster?: string;
  readonly service?: string;
  readonly node?: string;
  readonly system: boolean;
  readonly level?: string;
  readonly grep?: string;
  /** Default an hour. */
  readonly since?: string;
  readonly until?: string;
  readonly lines?: string;
  readonly follow: boolean;
  readonly json: boolean;
}

const defaultSince = "1h";
const mostLines = 100_000;
const pageSize = 1000;
/** From one look for new lines to the next, ms. */
const followPace = 2000;
/** How late a line may come that is still shown while it is followed, ms: it waits for others on its node, and in the store. */
const lateness = 30_000;

/** `slipway logs`: lines of an application or of a cluster, in the order of their time. */
export async function runLogs(options: LogsOptions): Promise<void> {
  // Standard output is for lines alone.
  const terminal = new Terminal({ json: true });
  const wanted = checked(options, new Date());
  const signal = interruptSignal(terminal);
  const { stack, application } = await target(options);
  const store = await openStore(stack, terminal, signal);
  try {
    const filter: LineFilter = {
      ...wanted.filter,
      terms: {
        ...(application !== undefined && { application: store.applicationOf(application) }),
        ...(options.service !== undefined && { service: options.service }),
      },
      ...(options.node !== undefined && { node: { name: options.node, cluster: store.cluster } }),
    };
    const print = (line: Line) => {
      const text = options.json ? JSON.stringify(line) : shown(line, hasColours());
      process.stdout.write(`${text}\n`);
    };
    const { lines, more } = await newest(store, filter, wanted.lines);
    if (more && options.lines === undefined)
      terminal.say(`the newest ${wanted.lines} lines; --lines shows more`);
    for (const [, line] of lines) print(line);
    if (lines.length === 0 && !options.follow)
      terminal.say(`no line since ${filter.since.toISOString()}`);
    if (options.follow) await follow(store, filter, lines, print, signal);
  } finally {
    await store.close();
  }
}

interface Checked {
  readonly filter: Pick<LineFilter, "system" | "level" | "grep" | "since" | "until">;
  readonly lines: number;
}

/** What the command line says, where it is sound. @throws CliError with all that is wrong. */
export function checked(options: LogsOptions, now: Date): Checked {
  const problems: string[] = [];
  const moment = (flag: string, text: string | undefined) => {
    const found = text === undefined ? undefined : parseMoment(text, now);
    if (text !== undefined && found === undefined)
      problems.push(`${flag} must be ${momentWords}; got ${JSON.stringify(text)}`);
    return found;
  };
  const { application, environment, cluster, service, system, grep, follow } = options;
  if (cluster === undefined && (application === undefined || environment === undefined))
    problems.push(
      "name an application and its environment (slipway logs shop prod), or a cluster with --cluster",
    );
  if (cluster !== undefined && application !== undefined)
    problems.push("name either an application or --cluster; --cluster shows all of a cluster");
  if (system && (application !== undefined || service !== undefined))
    problems.push("--system shows what is no application's: use it with --cluster alone");
  const since = moment("--since", options.since ?? defaultSince) ?? now;
  const until = moment("--until", options.until);
  if (until !== undefined && until <= since)
    problems.push(
      `--until must be after --since (${since.toISOString()}); got ${until.toISOString()}`,
    );
  if (follow && until !== undefined) problems.push("--follow has no end: leave --until out");
  const lines = Number(options.lines ?? pageSize);
  if (!Number.isInteger(lines) || lines < 1 || lines > mostLines)
    problems.push(
      `--lines must be a whole number from 1 to ${mostLines}; got ${JSON.stringify(options.lines)}`,
    );
  const level = options.level as Level | undefined;
  if (level !== undefined && !levels.includes(level))
    problems.push(`--level must be one of ${levels.join(", ")}; got ${JSON.stringify(level)}`);
  try {
    if (grep !== undefined) patternIn(grep);
  } catch (error) {
    problems.push(
      `--grep has a regular expression that is none: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (problems.length > 0) throw badUsage(problems.join("\n"));
  return { filter: { system, level, grep, since, until }, lines };
}

interface Target {
  readonly stack: PulumiStack;
  /** Absent: all of the cluster. */
  readonly application?: string;
}

/** The Pulumi stack of the cluster that has the lines. */
async function target({
  application = "",
  environment = "",
  cluster,
}: LogsOptions): Promise<Target> {
  if (cluster !== undefined) return { stack: await PulumiStack.open(cluster) };
  const own = await PulumiStack.open(stackNameOf(application, environment));
  const config = await own.config();
  const clusterName = config.get("slipway:cluster");
  if (clusterName === undefined)
    throw badUsage(
      `${own.name} is no application: its configuration has no slipway:cluster; for a cluster's own lines use --cluster ${own.name}`,
    );
  const { application: name } = await own.outputs();
  return {
    stack: await PulumiStack.open(clusterName),
    application:
      typeof name === "string" ? name : (config.get("slipway:application") ?? application),
  };
}

type Lines = readonly (readonly [id: string, line: Line])[];

/** The newest lines that are meant, the oldest of them first. */
export async function newest(
  store: Pick<LineStore, "search">,
  filter: LineFilter,
  count: number,
): Promise<{ readonly lines: Lines; readonly more: boolean }> {
  const isMeant = matcher(filter.grep);
  const found: (readonly [string, Line])[] = [];
  let after: Cursor | undefined;
  // One more than is shown tells whether there are others.
  while (found.length <= count) {
    const page = await store.search(
      searchBody(filter, { size: pageSize, after, newestFirst: true }),
    );
    found.push(...page.lines.filter(([, line]) => isMeant(line)));
    after = page.cursor;
    if (after === undefined || page.lines.length < pageSize) break;
  }
  return { lines: found.slice(0, count).reverse(), more: found.length > count };
}

/** New lines as they come, until the signal. */
async function follow(
  store: Pick<LineStore, "search">,
  filter: LineFilter,
  shownAlready: Lines,
  print: (line: Line) => void,
  signal: AbortSignal,
): Promise<void> {
  const isMeant = matcher(filter.grep);
  let seen = new Map<string, number>();
  let latest = Math.max(filter.since.getTime(), Date.now() - lateness);
  const note = ([id, line]: Lines[number]) => {
    const time = Date.parse(String(line[fields.time]));
    if (!Number.isNaN(time)) latest = Math.max(latest, time);
    seen.set(id, time);
  };
  for (const one of shownAlready) note(one);
  while (!signal.aborted) {
    const since = new Date(Math.max(filter.since.getTime(), latest - lateness));
    for (let after: Cursor | undefined; ;) {
      const page = await store.search(searchBody({ ...filter, since }, { size: pageSize, after }));
      for (const one of page.lines) {
        if (seen.has(one[0])) continue;
        note(one);
        if (isMeant(one[1])) print(one[1]);
      }
      after = page.cursor;
      if (after === undefined || page.lines.length < pageSize) break;
    }
    // What is older than the next look's beginning is not asked for again.
    seen = new Map([...seen].filter(([, time]) => !(time < since.getTime())));
    await sleep(followPace, undefined, { signal }).catch(() => undefined);
  }
}
