import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** The message of whatever was thrown: one paragraph for people, never a stack trace. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const parts = [error.message === "" ? error.name : error.message];
  if (error instanceof AggregateError) parts.push(...error.errors.map(messageOf));
  return parts.join("\n");
}

/** Puts the machine's name before a message that does not name it yet. */
export function prefixed(machine: string | undefined, message: string): string {
  return machine === undefined ||
    message.startsWith(`${machine}:`) ||
    message.startsWith(`${machine} `)
    ? message
    : `${machine}: ${message}`;
}

/**
 * A failure as gRPC tells it. FAILED_PRECONDITION, because the engine takes UNKNOWN and INTERNAL for
 * a state that may be corrupt (`resourceStateAndError` in Pulumi's `provider_plugin.go`).
 */
export function failure(message: string, code: status = status.FAILED_PRECONDITION): ServiceError {
  return Object.assign(new Error(message), {
    code,
    details: message,
    metadata: new Metadata(),
  });
}

/** Tells the engine that the resource exists, unfinished: it is kept in state and updated by the next run. */
export function initFailed(
  id: string,
  properties: Record<string, unknown>,
  message: string,
): ServiceError {
  const detail = new ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(Struct.fromJavaScript(properties as Record<string, JavaScriptValue>));
  detail.setReasonsList([message]);
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const packed = new Status();
  packed.setCode(status.FAILED_PRECONDITION);
  packed.setMessage(message);
  packed.addDetails(any);
  const error = failure(message);
  error.metadata.add("grpc-status-details-bin", Buffer.from(packed.serializeBinary()));
  return error;
}
