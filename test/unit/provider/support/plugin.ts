import { spawn, type ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import {
  credentials,
  Server,
  ServerCredentials,
  type ServiceError,
  type sendUnaryData,
  type ServerUnaryCall,
} from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

const executable = path.join(__dirname, "../../../../provider/pulumi-resource-slipway");

/** The engine's side of the messages: a real gRPC server that keeps what it is told. */
export class EngineStub {
  readonly messages: string[] = [];
  private readonly heardOne = new EventEmitter();
  private readonly server = new Server();
  address = "";

  async start(): Promise<this> {
    this.server.addService(EngineService, {
      log: (call: ServerUnaryCall<LogRequest, Empty>, respond: sendUnaryData<Empty>) => {
        this.messages.push(call.request.getMessage());
        this.heardOne.emit("message");
        respond(null, new Empty());
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    this.address = `127.0.0.1:${port}`;
    return this;
  }

  /** Waits until a message is what is looked for; the test's own time limit ends the wait. */
  async heard(pattern: RegExp): Promise<void> {
    while (!this.messages.some((message) => pattern.test(message))) {
      await once(this.heardOne, "message");
    }
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

/** The plugin as a process of its own, as the engine starts it. */
export class Plugin {
  private constructor(
    readonly process: ChildProcess,
    readonly client: ResourceProviderClient,
  ) {}

  static async start(engineAddress: string, env: NodeJS.ProcessEnv = {}): Promise<Plugin> {
    const child = spawn(executable, [engineAddress], {
      cwd: "/",
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const port = await firstLine(child);
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    return new Plugin(child, client);
  }

  /** Calls one method of the client and answers its response, or throws its error. */
  ask<R>(
    send: (
      client: ResourceProviderClient,
      done: (error: ServiceError | null, response: R) => void,
    ) => unknown,
  ): Promise<R> {
    return new Promise((resolve, reject) => {
      send(this.client, (error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  }

  /** Ends it as the engine does, and answers how long that took in milliseconds. */
  async stop(): Promise<number> {
    this.client.close();
    if (this.process.exitCode !== null) return 0;
    const started = performance.now();
    this.process.kill("SIGINT");
    await once(this.process, "exit");
    return performance.now() - started;
  }
}

export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("no standard output");
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, "line")) as [string];
  return line;
}

export function struct(properties: object): Struct {
  return Struct.fromJavaScript(
    JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>,
  );
}
