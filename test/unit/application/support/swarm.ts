import { once } from "node:events";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { ServerResponse } from "node:http";
import type { LiveService, LiveTask, ServiceSpec } from "../../../../provider/application/types";
import type { DockerConnection } from "../../../../provider/sdk/shapes";
import { Authority } from "../../components/support/authority";

/** A request that a manager has got. */
export interface Request {
  /** Which of the endpoints was asked, from 0. */
  readonly endpoint: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** What `X-Registry-Auth` says. */
  readonly registry?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body?: object | Buffer;
}

/** A service of the fake Swarm, to be changed by tests as managers and people would. */
export interface FakeService {
  ID: string;
  Version: { Index: number };
  Spec: ServiceSpec;
  PreviousSpec?: ServiceSpec;
  UpdateStatus?: LiveService["UpdateStatus"];
  JobStatus?: { JobIteration: { Index: number } };
  tasks: LiveTask[];
}

interface FakeObject {
  ID: string;
  Version: { Index: number };
  Spec: Record<string, unknown> & { Name: string; Labels?: Record<string, string> };
}

interface FakeNetwork {
  Id: string;
  Name: string;
  Labels?: Record<string, string>;
  body: Readonly<Record<string, unknown>>;
}

/**
 * The Docker API of a Swarm's managers, spoken over mutual TLS: it keeps objects as managers do, and leaves to the test
 * what becomes of tasks.
 */
export class FakeSwarm {
  readonly requests: Request[] = [];
  readonly services = new Map<string, FakeService>();
  readonly configs = new Map<string, FakeObject>();
  readonly secrets = new Map<string, FakeObject>();
  readonly networks = new Map<string, FakeNetwork>();
  readonly logs = new Map<string, readonly string[]>();
  readonly nodes = [{ ID: "node-1", Description: { Hostname: "worker-0" } }];
  /** What the managers do when a service was written. Default: every task runs it at once. */
  afterWrite: (service: FakeService) => void = runs;
  /** Called before each list of tasks, with how many there were before it. */
  onLook: (service: FakeService, looks: number) => void = () => undefined;
  /** Answers in the place of the Swarm; `undefined` leaves it to the Swarm. */
  intercept: (request: Request) => Answer | "hang up" | "break off" | undefined = () => undefined;
  private readonly servers: https.Server[] = [];
  private looks = 0;
  private count = 0;

  private constructor(readonly connection: DockerConnection) {}

  /** A Swarm with so many managers, each on a port of its own. */
  static async start(managers = 1): Promise<FakeSwarm> {
    const authority = await Authority.create();
    const [server, client] = await Promise.all([authority.issue("127.0.0.1"), authority.issue()]);
    const endpoints: string[] = [];
    const swarm = new FakeSwarm({
      endpoints,
      caCertificate: authority.pem,
      clientCertificate: client.certificate,
      clientKey: client.key,
    });
    for (let index = 0; index < managers; index++) {
      const listener = https.createServer(
        {
          cert: server.certificate,
          key: server.key,
          ca: authority.pem,
          requestCert: true,
          rejectUnauthorized: true,
        },
        (request, response) => {
          const chunks: Buffer[] = [];
          request.on("data", (chunk: Buffer) => chunks.push(chunk));
          request.on("end", () => {
            const url = new URL(request.url ?? "/", "https://manager");
            const text = Buffer.concat(chunks).toString("utf8");
            const credential = request.headers["x-registry-auth"];
            swarm.serve(
              {
                endpoint: index,
                method: request.method ?? "",
                path: decodeURIComponent(url.pathname),
                query: Object.fromEntries(url.searchParams),
                body: (text === "" ? {} : JSON.parse(text)) as Request["body"],
                ...(typeof credential === "string" && {
                  registry: JSON.parse(
                    Buffer.from(credential, "base64url").toString("utf8"),
                  ) as unknown,
                }),
              },
              response,
            );
          });
        },
      );
      swarm.servers.push(listener);
      await once(listener.listen(0, "127.0.0.1"), "listening");
      endpoints.push(`tcp://127.0.0.1:${(listener.address() as AddressInfo).port}`);
    }
    return swarm;
  }

  /** The manager is gone: nobody listens there any more, and what it was saying breaks off. */
  kill(endpoint: number): void {
    this.servers[endpoint]?.close();
    this.servers[endpoint]?.closeAllConnections();
  }

  stop(): void {
    this.servers.forEach((_, index) => {
      this.kill(index);
    });
  }

  /** The one service of that name. */
  service(name: string): FakeService {
    const found = [...this.services.values()].find(({ Spec }) => Spec.Name === name);
    if (found === undefined) throw new Error(`the Swarm has no service ${name}`);
    return found;
  }

  /** Puts a service there that the provider has not made. */
  add(spec: ServiceSpec): FakeService {
    const service: FakeService = {
      ID: this.id("service"),
      Version: { Index: ++this.count },
      Spec: spec,
      tasks: [],
    };
    this.services.set(service.ID, service);
    runs(service);
    return service;
  }

  /** `POST /services/create` and the like, in order, without questions. */
  get writes(): readonly string[] {
    return this.requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => `${method} ${path}`);
  }

  private serve(request: Request, response: ServerResponse): void {
    this.requests.push(request);
    const answer = this.intercept(request) ?? this.answer(request);
    if (answer === "hang up") {
      response.socket?.destroy();
      return;
    }
    if (answer === "break off") {
      response.writeHead(200, { "Content-Length": 1000 });
      response.write("[", () => response.socket?.destroy());
      return;
    }
    const { status, body = {} } = answer;
    response.writeHead(status).end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }

  private answer(request: Request): Answer {
    const [, kind = "", id = "", action = ""] = request.path.split("/");
    switch (kind) {
      case "swarm":
        return { status: 200 };
      case "nodes":
        return { status: 200, body: this.nodes };
      case "tasks":
        return id === "" ? this.tasks(request) : { status: 200, body: this.logOf(id) };
      case "services":
        return this.answerService(request, id, action);
      case "configs":
      case "secrets":
        return this.answerFile(this[kind], request, id, action);
      case "networks":
        return this.answerNetwork(request, id);
      default:
        return refusal(404, "page not found");
    }
  }

  private tasks({ query }: Request): Answer {
    const filters = JSON.parse(query.filters ?? "{}") as { service?: readonly string[] };
    const service = this.services.get(filters.service?.[0] ?? "");
    if (service === undefined) return refusal(404, "service not found");
    this.onLook(service, this.looks++);
    return { status: 200, body: service.tasks };
  }

  private answerService({ method, body, query }: Request, id: string, action: string): Answer {
    if (id === "create") {
      const spec = body as ServiceSpec;
      if ([...this.services.values()].some(({ Spec }) => Spec.Name === spec.Name))
        return refusal(409, "rpc error: code = AlreadyExists desc = name conflicts");
      const service: FakeService = {
        ID: this.id("service"),
        Version: { Index: ++this.count },
        Spec: asStored(spec),
        ...(isJob(spec) && { JobStatus: { JobIteration: { Index: 0 } } }),
        tasks: [],
      };
      this.services.set(service.ID, service);
      this.afterWrite(service);
      return { status: 201, body: { ID: service.ID } };
    }
    const service =
      this.services.get(id) ?? [...this.services.values()].find(({ Spec }) => Spec.Name === id);
    if (service === undefined) return refusal(404, `service ${id} not found`);
    if (method === "DELETE") {
      this.services.delete(service.ID);
      return { status: 200 };
    }
    if (action !== "update") {
      return { status: 200, body: { ...service, tasks: undefined } };
    }
    if (Number(query.version) !== service.Version.Index)
      return refusal(500, "rpc error: code = Unknown desc = update out of sequence");
    service.Version = { Index: ++this.count };
    service.PreviousSpec = service.Spec;
    service.Spec = asStored(body as ServiceSpec);
    service.UpdateStatus = null;
    if (service.JobStatus !== undefined)
      service.JobStatus = { JobIteration: { Index: service.JobStatus.JobIteration.Index + 1 } };
    this.afterWrite(service);
    return { status: 200, body: { Warnings: null } };
  }

  private answerFile(
    files: Map<string, FakeObject>,
    { method, body, query }: Request,
    id: string,
    action: string,
  ): Answer {
    if (id === "") {
      const { label = [] } = JSON.parse(query.filters ?? "{}") as { label?: readonly string[] };
      const has = ({ Spec: { Labels = {} } }: FakeObject) =>
        label.every((one) => {
          const [name = "", value] = one.split("=");
          return Labels[name] === value;
        });
      return { status: 200, body: [...files.values()].filter(has) };
    }
    if (id === "create") {
      const spec = body as FakeObject["Spec"];
      if ([...files.values()].some(({ Spec }) => Spec.Name === spec.Name))
        return refusal(409, `rpc error: code = AlreadyExists desc = ${spec.Name} already exists`);
      const file = { ID: this.id("file"), Version: { Index: ++this.count }, Spec: spec };
      files.set(file.ID, file);
      return { status: 201, body: { ID: file.ID } };
    }
    const file = files.get(id) ?? [...files.values()].find(({ Spec }) => Spec.Name === id);
    if (file === undefined) return refusal(404, `${id} not found`);
    if (method === "GET") return { status: 200, body: file };
    if (action === "update") {
      const { Data: data, ...rest } = body;
      if (data !== undefined && data !== file.Spec.Data)
        return refusal(400, "only updates to Labels are allowed");
      file.Spec = { ...file.Spec, ...rest };
      return { status: 200 };
    }
    const user = [...this.services.values()].find(({ Spec }) =>
      JSON.stringify(Spec).includes(`"${file.ID}"`),
    );
    if (user !== undefined) {
      return refusal(
        400,
        `rpc error: code = InvalidArgument desc = '${file.Spec.Name}' is in use by the following service: ${user.Spec.Name}`,
      );
    }
    files.delete(file.ID);
    return { status: 204 };
  }

  private answerNetwork({ method, body }: Request, id: string): Answer {
    if (id === "create") {
      const { Name: name, Labels: labels } = body as {
        Name: string;
        Labels?: Record<string, string>;
      };
      if ([...this.networks.values()].some(({ Name }) => Name === name))
        return refusal(409, `network with name ${name} already exists`);
      const made = { Id: this.id("network"), Name: name, Labels: labels, body };
      this.networks.set(made.Id, made);
      return { status: 201, body: { Id: made.Id } };
    }
    const network =
      this.networks.get(id) ?? [...this.networks.values()].find(({ Name }) => Name === id);
    if (network === undefined) return refusal(404, `network ${id} not found`);
    if (method === "DELETE") this.networks.delete(network.Id);
    // The body of the request has the network's options under the names that the engine tells them by.
    return method === "DELETE"
      ? { status: 204 }
      : { status: 200, body: { ...network.body, ...network } };
  }

  /** As the engine sends both outputs of a task: in frames. */
  private logOf(task: string): Buffer {
    const frames = (this.logs.get(task) ?? []).map((line, index) => {
      const text = Buffer.from(`${line}\n`);
      const head = Buffer.alloc(8);
      head.writeUInt8(1 + (index % 2), 0);
      head.writeUInt32BE(text.length, 4);
      return Buffer.concat([head, text]);
    });
    return Buffer.concat(frames);
  }

  private id(kind: string): string {
    return `${kind}-${++this.count}`;
  }
}

/** Every task runs what the service says. */
export function runs(service: FakeService): void {
  if (isJob(service.Spec)) return;
  const wanted = service.Spec.Mode?.Replicated?.Replicas ?? 1;
  const old = service.tasks.map((one) => ({ ...one, DesiredState: "shutdown" }));
  service.tasks = [
    ...old,
    ...Array.from({ length: wanted }, (_, index) => taskOf(service, { Slot: index + 1 })),
  ];
}

let tasks = 0;

/** A task of a service, up to date; it runs unless something else is given. */
export function taskOf(
  { Spec }: Pick<FakeService, "Spec">,
  fields: Partial<LiveTask> = {},
): LiveTask {
  const number = ++tasks;
  return {
    ID: `task-${number}`,
    CreatedAt: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
    NodeID: "node-1",
    Spec: Spec.TaskTemplate,
    DesiredState: "running",
    Status: { State: "running" },
    ...fields,
  };
}

/** The engine counts forced updates in every service. */
function asStored(spec: ServiceSpec): ServiceSpec {
  return { ...spec, TaskTemplate: { ForceUpdate: 0, ...spec.TaskTemplate } };
}

function isJob({ Mode }: ServiceSpec): boolean {
  return Mode?.ReplicatedJob !== undefined || Mode?.GlobalJob !== undefined;
}

function refusal(status: number, message: string): Answer {
  return { status, body: { message } };
}
