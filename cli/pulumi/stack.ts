import type * as automation from "@pulumi/pulumi/automation";
import type { EngineEvent } from "@pulumi/pulumi/automation/events";
import { badUsage, busy, failed, findings, type CliError } from "../exit";
import { mustPulumi, pulumiMessage, pulumiProgram, runPulumi } from "./cli";
import {
  changeOf,
  stackOutputsOf,
  standingOf,
  type Change,
  type StackOutputs,
  type Standing,
} from "./events";
import { findProject } from "./project";
import { parseState, type StackState } from "./state";

export interface UpdateOptions {
  /** Environment of the program, beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** URNs that alone take part, with all that depends on them. Default: everything. `**` stands for any text. */
  readonly target?: readonly string[];
  /** Whether what depends on the targets takes part, too. Default true. */
  readonly targetDependents?: boolean;
  /** URNs that are replaced whether or not they changed. */
  readonly targetReplace?: readonly string[];
  /** URNs that are left as they are. */
  readonly exclude?: readonly string[];
  /** Folders of policy packs that are asked about every resource. */
  readonly policyPacks?: readonly string[];
  /** Told of each resource that begins to change, and of each that has changed. */
  readonly onChange?: (change: Change) => void;
  /** Told of each resource that stands after the run. */
  readonly onStanding?: (resource: Standing) => void;
  /** Told of what the program gives as outputs; unknown ones are texts that say nothing. */
  readonly onOutputs?: (outputs: StackOutputs) => void;
  /** Told of messages for people beside resources. */
  readonly onMessage?: (message: Message) => void;
  readonly signal?: AbortSignal;
}

/** What a program or a provider says beside a resource, and what for. */
export interface Message {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
  /** Replaced by the next one: progress. */
  readonly isPassing: boolean;
}

/** A Pulumi stack of the project in the current folder. */
export class PulumiStack {
  /** The Pulumi CLI that updates run, which is asked for its version once. */
  private command?: Promise<automation.PulumiCommand>;

  private constructor(
    readonly name: string,
    readonly folder: string,
  ) {}

  /** The stack of this name in the project; whether it exists will show. */
  static named(name: string): PulumiStack {
    pulumiProgram();
    return new PulumiStack(name, findProject());
  }

  /** Names of the project's Pulumi stacks. */
  static list(): Promise<readonly string[]> {
    return PulumiStack.listed();
  }

  /** Full names of all Pulumi stacks of the backend, of whatever project. */
  static listAll(): Promise<readonly string[]> {
    return PulumiStack.listed("--all");
  }

  private static async listed(...flags: readonly string[]): Promise<readonly string[]> {
    const text = await mustPulumi(["stack", "ls", "--json", ...flags], { cwd: findProject() });
    return (JSON.parse(text) as { readonly name: string }[]).map(({ name }) => name);
  }

  /** Finds the project and makes sure that the stack exists. */
  static async open(name: string): Promise<PulumiStack> {
    pulumiProgram();
    const stack = new PulumiStack(name, findProject());
    await stack.export();
    return stack;
  }

  /** Its name without organisation and project. */
  get shortName(): string {
    return this.name.slice(this.name.lastIndexOf("/") + 1);
  }

  /** The state as Pulumi writes it; secrets stay encrypted, unless they are asked for. */
  async export(showSecrets = false): Promise<string> {
    const secrets = showSecrets ? ["--show-secrets"] : [];
    const result = await runPulumi(["stack", "export", ...secrets, "--stack", this.name], {
      cwd: this.folder,
    });
    if (result.code === 0) return result.stdout;
    const message = pulumiMessage(result);
    if (message.includes("no stack named")) {
      throw badUsage(`${message}: \`pulumi stack ls\` lists those of ${this.folder}`);
    }
    throw failed(`the state of ${this.name} cannot be read: ${message}`);
  }

  async state(showSecrets = false): Promise<StackState> {
    return parseState(JSON.parse(await this.export(showSecrets)));
  }

  async import(state: string): Promise<void> {
    await mustPulumi(["stack", "import", "--stack", this.name], {
      cwd: this.folder,
      input: state,
    });
  }

  /** Removes the locks that an ended update left behind. */
  async cancel(): Promise<void> {
    await mustPulumi(["cancel", "--yes", "--stack", this.name], { cwd: this.folder });
  }

  /** Configuration by key (`slipway:spec`), secrets in plain text. */
  async config(): Promise<ReadonlyMap<string, string>> {
    const values = (await this.told("config", "--show-secrets")) as Readonly<
      Record<string, { readonly value?: string }>
    >;
    return new Map(
      Object.entries(values).flatMap(([key, { value }]) =>
        value === undefined ? [] : [[key, value]],
      ),
    );
  }

  /** Outputs of the last successful update. */
  async outputs(showSecrets = false): Promise<Readonly<Record<string, unknown>>> {
    const secrets = showSecrets ? ["--show-secrets"] : [];
    return (await this.told("stack", "output", ...secrets)) as Readonly<Record<string, unknown>>;
  }

  /** Whether the last update, of whatever kind, has failed; what was never updated has not. */
  async lastUpdateFailed(): Promise<boolean> {
    const [last] = (await this.told("stack", "history", "--page-size", "1")) as readonly {
      readonly result?: string;
    }[];
    return last?.result === "failed";
  }

  /** What a command of Pulumi tells of the stack, in JSON. */
  private async told(...args: readonly string[]): Promise<unknown> {
    const text = await mustPulumi([...args, "--json", "--stack", this.name], { cwd: this.folder });
    return JSON.parse(text) as unknown;
  }

  /**
   * What an update would change.
   * @throws CliError with exit code 5 where a policy pack does not let it pass.
   */
  async preview(options: UpdateOptions = {}): Promise<readonly Change[]> {
    const changes: Change[] = [];
    await this.update("preview", {
      ...options,
      onChange: (change) => {
        if (change.done) changes.push(change);
        options.onChange?.(change);
      },
    });
    return changes;
  }

  /**
   * Runs an update. Pulumi itself refuses when another one is running.
   * @throws CliError with what failed, resource by resource, and what a policy pack does not let pass.
   */
  async up(options: UpdateOptions = {}): Promise<void> {
    await this.update("up", options);
  }

  /** Reads what there is into the state, and changes nothing else. */
  async refresh(options: UpdateOptions = {}): Promise<void> {
    await this.update("refresh", options);
  }

  private async inWorkspace(env: UpdateOptions["env"]): Promise<automation.Stack> {
    const { LocalWorkspace, PulumiCommand, Stack } = automationApi();
    this.command ??= PulumiCommand.get();
    const workspace = await LocalWorkspace.create({
      workDir: this.folder,
      envVars: { ...env },
      pulumiCommand: await this.command,
    });
    // The user's own choice of stack stays what it is: a later plain `pulumi up` must not hit this one.
    workspace.selectStack = () => Promise.resolve();
    const stack = await Stack.select(this.name, workspace);
    // The SDK asks for both after each update, by three more runs of Pulumi, and nobody here reads them.
    stack.outputs = () => Promise.resolve({});
    stack.info = () => Promise.resolve(undefined);
    return stack;
  }

  private async update(kind: "preview" | "up" | "refresh", options: UpdateOptions): Promise<void> {
    // Only now: the SDK takes its time to load.
    const { ConcurrentUpdateError, CommandError } = automationApi();
    const stack = await this.inWorkspace(options.env);
    const problems: string[] = [];
    const violations: string[] = [];
    const common = {
      target: options.target && [...options.target],
      targetDependents: options.target !== undefined && options.targetDependents !== false,
      exclude: options.exclude && [...options.exclude],
      policyPacks: options.policyPacks && [...options.policyPacks],
      suppressProgress: true,
      color: "never" as const,
      signal: options.signal,
      onEvent: (event: EngineEvent) => {
        const change = changeOf(event);
        if (change !== undefined) options.onChange?.(change);
        const standing = standingOf(event);
        if (standing !== undefined) options.onStanding?.(standing);
        const outputs = stackOutputsOf(event);
        if (outputs !== undefined) options.onOutputs?.(outputs);
        const { policyEvent } = event;
        if (policyEvent?.enforcementLevel === "mandatory")
          violations.push(plainText(policyEvent.message));
        else if (policyEvent !== undefined)
          options.onMessage?.({
            severity: "warning",
            text: plainText(policyEvent.message),
            isPassing: false,
          });
        const diagnostic = event.diagnosticEvent;
        if (diagnostic === undefined) return;
        const text = plainText(diagnostic.message);
        if (diagnostic.severity === "error") problems.push(text);
        const severity = severityOf(diagnostic.severity);
        if (severity === undefined || text === "") return;
        options.onMessage?.({ severity, text, isPassing: diagnostic.ephemeral === true });
      },
    };
    try {
      const { targetReplace } = options;
      if (kind === "preview") await stack.preview(common);
      else if (kind === "refresh") await stack.refresh(common);
      else await stack.up({ ...common, ...(targetReplace && { replace: [...targetReplace] }) });
    } catch (error) {
      if (String(error).includes("no stack named")) {
        throw badUsage(
          `there is no Pulumi stack ${this.name}: \`pulumi stack ls\` lists those of ${this.folder}; make it with \`pulumi stack init ${this.name}\``,
        );
      }
      if (error instanceof ConcurrentUpdateError) throw lockedError(this.name, String(error));
      if (!(error instanceof CommandError)) throw error;
      // A preview has changed nothing; an update may have begun.
      if (violations.length > 0)
        throw (kind === "preview" ? findings : failed)(
          unique([...problems, ...violations]).join("\n"),
        );
      throw failed(problems.length > 0 ? unique(problems).join("\n") : lastWords(error.message));
    }
  }
}

function automationApi(): typeof automation {
  return module.require("@pulumi/pulumi/automation") as typeof automation;
}

function lockedError(name: string, text: string): CliError {
  const holder = /created by (.*)$/m.exec(text)?.[1];
  const by = holder === undefined ? "" : ` (${holder.trim()})`;
  return busy(
    `another update of ${name} is running${by}: wait for it to end. If it was killed, run \`slipway recover ${name}\``,
  );
}

function severityOf(text: string): Message["severity"] | undefined {
  if (text === "info#err") return "info";
  return text === "info" || text === "warning" || text === "error" ? text : undefined;
}

/** The engine's messages carry markers for colours. */
function plainText(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "").trim();
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].filter(
    (line) => line !== "" && line !== "update failed" && line !== "preview failed",
  );
}

/** Of all that a failed Pulumi command printed: what it says under "error:", or else its last lines. */
function lastWords(text: string): string {
  const errors = [...text.matchAll(/^\s*error: (.+)$/gm)].map((match) => match[1] ?? "");
  if (errors.length > 0) return unique(errors).join("\n");
  return text.trim().split("\n").slice(-5).join("\n");
}
