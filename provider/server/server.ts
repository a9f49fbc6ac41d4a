import {
  status,
  type handleUnaryCall,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceError,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { encode, type Decoded } from "./codec";
import { changedConfigKeys, checkConfig, parseConfig, secretsOf } from "./config";
import type { EngineMessages } from "./engineLog";
import { failure, initFailed, messageOf, prefixed } from "./failure";
import {
  PartlyCreated,
  type ChangedPath,
  type Context,
  type Difference,
  type Problem,
  type ResourceHandler,
} from "./handler";
import type { Lifetime } from "./lifetime";
import type { LogFile } from "./logFile";
import type { Redactor } from "./redactor";
import { Session } from "./session";
import { decodeStruct, fillDiff, toStruct } from "./wire";

type Handler = ResourceHandler<object, object>;
/** Resource types by token, each loaded when the first resource of it is seen. */
export type HandlerTable = Readonly<Record<string, () => Handler>>;

export interface ServerParts {
  readonly version: string;
  readonly handlers: HandlerTable;
  readonly lifetime: Lifetime;
  readonly messages: EngineMessages;
  readonly redactor: Redactor;
  readonly logFile: LogFile;
}

/** Pulumi's ResourceProvider service: unwraps what the engine sends, calls the handler of the resource's type, wraps its answer. */
export class ProviderServer {
  private session: Session | undefined;

  constructor(private readonly parts: ServerParts) {}

  /** The methods of the service; what is not here is answered by gRPC as unimplemented. */
  service(): UntypedServiceImplementation {
    return {
      handshake: this.method("handshake", () => this.handshake()),
      getPluginInfo: this.method("getPluginInfo", () => this.pluginInfo()),
      attach: this.method("attach", (request: PluginAttach) => this.attach(request)),
      getSchema: this.method("getSchema", () => this.schema()),
      checkConfig: this.method("checkConfig", (request: proto.CheckRequest) =>
        this.checkConfig(request),
      ),
      diffConfig: this.method("diffConfig", (request: proto.DiffRequest) =>
        this.diffConfig(request),
      ),
      configure: this.method("configure", (request: proto.ConfigureRequest) =>
        this.configure(request),
      ),
      check: this.method("check", (request: proto.CheckRequest) => this.check(request)),
      diff: this.method("diff", (request: proto.DiffRequest) => this.diff(request)),
      create: this.method("create", (request: proto.CreateRequest) => this.create(request)),
      read: this.method("read", (request: proto.ReadRequest) => this.read(request)),
      update: this.method("update", (request: proto.UpdateRequest) => this.update(request)),
      delete: this.method("delete", (request: proto.DeleteRequest) => this.delete(request)),
      cancel: this.method("cancel", () => this.cancel()),
    };
  }

  private handshake(): proto.ProviderHandshakeResponse {
    const response = new proto.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    response.setAcceptResources(false);
    response.setAcceptOutputs(false);
    return response;
  }

  private pluginInfo(): PluginInfo {
    const info = new PluginInfo();
    info.setVersion(this.parts.version);
    return info;
  }

  private attach(request: PluginAttach): Empty {
    this.parts.messages.attach(request.getAddress());
    return new Empty();
  }

  private schema(): proto.GetSchemaResponse {
    const response = new proto.GetSchemaResponse();
    response.setSchema(JSON.stringify({ name: "slipway", version: this.parts.version }));
    return response;
  }

  private checkConfig(request: proto.CheckRequest): proto.CheckResponse {
    const response = new proto.CheckResponse();
    response.setInputs(request.getNews());
    response.setFailuresList(failures(checkConfig(decodeStruct(request.getNews()).value)));
    return response;
  }

  /** Another key, user or vCenter is another way to the same machines: never a reason to replace what stands on them. */
  private diffConfig(request: proto.DiffRequest): proto.DiffResponse {
    const olds = decodeStruct(request.getOldInputs() ?? request.getOlds()).value;
    const news = decodeStruct(request.getNews()).value;
    const changedKeys = changedConfigKeys(olds, news);
    return diffResponse({ changes: changedKeys.length > 0, changedKeys }, olds, news);
  }

  private configure(request: proto.ConfigureRequest): proto.ConfigureResponse {
    const config = parseConfig(decodeStruct(request.getArgs()).value);
    for (const secret of secretsOf(config)) this.parts.redactor.add(secret);
    const { lifetime, messages, redactor } = this.parts;
    this.session = new Session(config, lifetime, messages, redactor);
    const response = new proto.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setAcceptresources(false);
    response.setAcceptoutputs(false);
    response.setSupportspreview(true);
    return response;
  }

  private check(request: proto.CheckRequest): proto.CheckResponse {
    const handler = this.handlerFor(request.getUrn());
    const { value } = this.decoded(request.getNews());
    const response = new proto.CheckResponse();
    response.setInputs(request.getNews());
    response.setFailuresList(failures(handler.check(value)));
    return response;
  }

  private async diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
    const handler = this.handlerFor(request.getUrn());
    const oldInputs = this.decoded(request.getOldInputs());
    const olds = recorded(handler, this.decoded(request.getOlds()), oldInputs);
    const news = this.decoded(request.getNews()).value;
    const context = this.configured().context(request.getUrn(), this.parts.lifetime.signal);
    for (const text of handler.advise?.(context, olds, news) ?? []) context.warn(text);
    const difference = handler.diff(olds, news);
    const drift = (await handler.drift?.(context, olds)) ?? [];
    return diffResponse(withDrift(difference, drift), oldInputs.value, news);
  }

  private async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const handler = this.handlerFor(request.getUrn());
    const inputs = this.decoded(request.getProperties());
    const response = new proto.CreateResponse();
    await this.operate(request, handler, inputs, async (context) => {
      if (request.getPreview()) {
        const outputs = await handler.preview(context, inputs.value);
        response.setProperties(answer(handler, inputs, outputs));
        return;
      }
      const { id, outputs } = await handler.create(context, inputs.value);
      response.setId(id);
      response.setProperties(answer(handler, inputs, outputs));
    });
    return response;
  }

  private async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const handler = this.handlerFor(request.getUrn());
    const olds = recorded(
      handler,
      this.decoded(request.getOlds()),
      this.decoded(request.getOldInputs()),
    );
    const news = this.decoded(request.getNews());
    const response = new proto.UpdateResponse();
    await this.operate(request, handler, news, async (context) => {
      const outputs = request.getPreview()
        ? await handler.preview(context, news.value, olds)
        : await handler.update(context, request.getId(), olds, news.value);
      response.setProperties(answer(handler, news, outputs));
    });
    return response;
  }

  private async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const handler = this.handlerFor(request.getUrn());
    const outputs = this.decoded(request.getProperties());
    const inputs = this.decoded(request.getInputs());
    if (Object.keys(outputs.value).length === 0) {
      throw failure(
        "importing is not supported: slipway finds and adopts what exists by itself when it creates the resource",
        status.UNIMPLEMENTED,
      );
    }
    const response = new proto.ReadResponse();
    const olds = recorded(handler, outputs, inputs);
    await this.operate(request, handler, outputs, async (context) => {
      const found = await handler.read(context, request.getId(), olds);
      if (found === undefined) return;
      response.setId(request.getId());
      response.setInputs(toStruct(encode(found.inputs, inputs.secretKeys)));
      response.setProperties(
        answer(handler, { ...outputs, value: { ...found.inputs } }, found.outputs),
      );
    });
    return response;
  }

  private async delete(request: proto.DeleteRequest): Promise<Empty> {
    const handler = this.handlerFor(request.getUrn());
    const outputs = this.decoded(request.getProperties());
    const olds = recorded(handler, outputs, this.decoded(request.getOldInputs()));
    await this.operate(request, handler, outputs, (context) =>
      handler.delete(context, request.getId(), olds),
    );
    return new Empty();
  }

  private cancel(): Empty {
    this.parts.lifetime.cancel("cancelled");
    return new Empty();
  }

  /** Runs one operation of a resource with its context and time limit, and words its failure. */
  private async operate(
    request: { getUrn(): string; getTimeout(): number },
    handler: Handler,
    inputs: Decoded,
    work: (context: Context) => Promise<void>,
  ): Promise<void> {
    const session = this.configured();
    const seconds = request.getTimeout();
    const limit = seconds > 0 ? [AbortSignal.timeout(seconds * 1000)] : [];
    const signal = AbortSignal.any([this.parts.lifetime.signal, ...limit]);
    try {
      await work(session.context(request.getUrn(), signal));
    } catch (error) {
      const machine = inputs.value.machine;
      const timedOut = limit.some((one) => one.aborted)
        ? ` (time limit of ${seconds} s reached)`
        : "";
      const message = this.parts.redactor.redact(
        prefixed(typeof machine === "string" ? machine : undefined, messageOf(error) + timedOut),
      );
      if (!(error instanceof PartlyCreated)) throw failure(message);
      const properties = encode(
        { ...inputs.value, ...error.outputs },
        secretKeysOf(handler, inputs),
      );
      throw initFailed(error.id, properties, message);
    } finally {
      session.release(signal);
    }
  }

  private configured(): Session {
    if (this.session === undefined) throw failure("the provider has not been configured");
    return this.session;
  }

  private decoded(struct: Parameters<typeof decodeStruct>[0]): Decoded {
    const decoded = decodeStruct(struct);
    for (const secret of decoded.secretTexts) this.parts.redactor.add(secret);
    return decoded;
  }

  private handlerFor(urn: string): Handler {
    const token = typeOf(urn);
    const load = this.parts.handlers[token];
    if (load === undefined) {
      throw failure(
        `the slipway provider ${this.parts.version} has no resource type ${token}; known are ${Object.keys(this.parts.handlers).join(", ")}`,
        status.INVALID_ARGUMENT,
      );
    }
    return load();
  }

  private method<Q, R>(name: string, work: (request: Q) => R | Promise<R>): handleUnaryCall<Q, R> {
    return (call: ServerUnaryCall<Q, R>, respond: sendUnaryData<R>) => {
      const started = performance.now();
      const report = (outcome: string) => {
        const urn = urnOf(call.request);
        const took = Math.round(performance.now() - started);
        this.parts.logFile.write(`${name} ${urn} ${outcome} ${took} ms`);
      };
      Promise.resolve()
        .then(() => work(call.request))
        .then((response) => {
          report("ok");
          respond(null, response);
        })
        .catch((error: unknown) => {
          const told = isServiceError(error)
            ? error
            : failure(this.parts.redactor.redact(messageOf(error)));
          report(`failed: ${told.details}`);
          respond(told);
        });
    };
  }
}

/** The type in a URN: `urn:pulumi:<stack>::<project>::<parent type$…$type>::<name>`. */
function typeOf(urn: string): string {
  const types = urn.split("::")[2] ?? "";
  return types.slice(types.lastIndexOf("$") + 1);
}

function urnOf(request: unknown): string {
  if (typeof request !== "object" || request === null || !("getUrn" in request)) return "";
  return typeof request.getUrn === "function" ? String((request.getUrn as () => unknown)()) : "";
}

/** What is known of an existing resource: recorded outputs, with the inputs that it has now laid over them. */
function recorded(handler: Handler, outputs: Decoded, inputs: Decoded): object {
  const merged = { ...outputs.value, ...inputs.value };
  // An update without a difference stores new inputs beside old outputs, which hold the old inputs.
  if (Object.keys(inputs.value).length === 0) return merged;
  const gone = (handler.optionalInputs ?? []).filter((key) => !(key in inputs.value));
  return Object.fromEntries(Object.entries(merged).filter(([key]) => !gone.includes(key)));
}

function secretKeysOf(handler: Handler, inputs: Decoded): readonly string[] {
  return [...inputs.secretKeys, ...handler.secretOutputs];
}

/** State of a resource: its inputs with its outputs laid over them. */
function answer(handler: Handler, inputs: Decoded, outputs: object) {
  return toStruct(encode({ ...inputs.value, ...outputs }, secretKeysOf(handler, inputs)));
}

function failures(problems: readonly Problem[]): proto.CheckFailure[] {
  return problems.map(({ property, reason }) => {
    const one = new proto.CheckFailure();
    one.setProperty(property);
    one.setReason(reason);
    return one;
  });
}

/** A difference of the inputs together with what somebody else has changed. */
function withDrift(difference: Difference, drift: readonly ChangedPath[]): Difference {
  if (drift.length === 0) return difference;
  const byKey = (difference.changedKeys ?? []).map((key) => ({
    path: key,
    kind: "updated" as const,
  }));
  const changedPaths = [...(difference.changedPaths ?? byKey), ...drift];
  const changedKeys = [...new Set(changedPaths.map(({ path }) => path.replace(/[.[].*$/s, "")))];
  return { ...difference, changes: true, changedKeys, changedPaths };
}

function diffResponse(
  difference: Parameters<typeof fillDiff>[1],
  olds: object,
  news: object,
): proto.DiffResponse {
  const response = new proto.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  response.setChanges(difference.changes ? DIFF_SOME : DIFF_NONE);
  fillDiff(response, difference, olds, news);
  return response;
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "metadata" in error;
}
