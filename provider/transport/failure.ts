import { messageOf } from "../server/failure";

/** Whom a message is about. */
export interface Host {
  readonly machine: string;
  readonly address: string;
}

/** A failure on the way to a host, in words; `worthRetrying` for those that a booting machine outgrows. */
export class TransportError extends Error {
  constructor(
    private readonly host: Host,
    private readonly text: string,
    readonly worthRetrying = false,
  ) {
    super(`${host.machine} (${host.address}): ${text}`);
    this.name = "TransportError";
  }

  /** The same failure, with the step that it interrupted. */
  during(step: string): TransportError {
    return new TransportError(this.host, `${step}: ${this.text}`, this.worthRetrying);
  }
}

/** For `catch`: adds the step to a failure on the way to a host, and leaves others as they are. */
export function during(step: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof TransportError ? error.during(step) : error;
  };
}

export class HostKeyMismatch extends TransportError {
  constructor(
    host: Host,
    readonly expected: string,
    readonly presented: string,
  ) {
    super(
      host,
      `the host key is not the expected one: expected ${expected}, but the host shows ${presented}. ` +
        "Nothing was sent to it. If the machine was reinstalled, correct its hostKey in cluster.yml " +
        "(a VM publishes its key by itself at every boot: reboot it); otherwise find out which machine answers at this address",
    );
    this.name = "HostKeyMismatch";
  }
}

/** Words for what ssh2 reports while connecting. */
export function connectFailure(
  host: Host,
  user: string,
  port: number,
  error: unknown,
): TransportError {
  const { level, code } = detailsOf(error);
  if (level === "client-authentication") {
    return new TransportError(
      host,
      `the SSH key opens no login as ${user}: put its public half into ~${user}/.ssh/authorized_keys, ` +
        "or name another access.user or key",
    );
  }
  const address = `${host.address}:${port}`;
  switch (code) {
    case "ECONNREFUSED":
      return new TransportError(host, `SSH is refused at ${address}: is sshd running there?`, true);
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return new TransportError(
        host,
        `no route to ${address}: check network and firewall between here and the machine`,
        true,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new TransportError(host, `the name ${host.address} cannot be resolved`);
    default:
  }
  if (level === "client-timeout" || code === "ETIMEDOUT") {
    return new TransportError(
      host,
      `no answer from SSH at ${address}: check address, firewall and whether the machine runs`,
      true,
    );
  }
  return new TransportError(host, `SSH to ${address} failed: ${messageOf(error)}`, true);
}

/** The end of a command's output, for an error message. */
export function lastLines(stdout: string, stderr: string, count = 12): string {
  const text = stderr.trim() === "" ? stdout : stderr;
  const lines = text.trimEnd().split("\n").slice(-count);
  return lines.map((line) => `  ${line}`).join("\n");
}

function detailsOf(error: unknown): { level?: unknown; code?: unknown } {
  return typeof error === "object" && error !== null ? error : {};
}
