import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { EngineLog } from "./handler";
import type { LogFile } from "./logFile";
import type { Redactor } from "./redactor";

/** Messages to the user through the engine's own display, beside the resource that they are about. */
export class EngineMessages {
  private client: EngineClient | undefined;

  constructor(
    private address: string | undefined,
    private readonly redactor: Redactor,
    private readonly file: LogFile,
  ) {}

  /** Another engine to talk to (attached for debugging). */
  attach(address: string): void {
    this.address = address;
    this.client?.close();
    this.client = undefined;
  }

  forResource(urn: string): EngineLog {
    const log = (severity: LogSeverity, text: string, ephemeral = false) => {
      this.send(urn, severity, text, ephemeral);
    };
    return {
      debug: (text) => {
        log(LogSeverity.DEBUG, text);
      },
      info: (text) => {
        log(LogSeverity.INFO, text);
      },
      warn: (text) => {
        log(LogSeverity.WARNING, text);
      },
      status: (text) => {
        log(LogSeverity.INFO, text, true);
      },
    };
  }

  close(): void {
    this.client?.close();
  }

  private send(urn: string, severity: LogSeverity, text: string, ephemeral: boolean): void {
    const message = this.redactor.redact(text);
    this.file.write(`message ${urn} ${message}`);
    if (this.address === undefined) return;
    this.client ??= new EngineClient(this.address, credentials.createInsecure());
    const request = new LogRequest();
    request.setUrn(urn);
    request.setSeverity(severity);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    this.client.log(request, (error) => {
      if (error) this.file.write(`the engine took no message: ${error.details}`);
    });
  }
}
