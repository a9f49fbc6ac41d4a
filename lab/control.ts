import { LabError } from "./errors";

/** A machine as the lab's control API shows it. */
export interface LabMachine {
  /** Name of the VM. */
  readonly name: string;
  /** Managed object id in vCenter (`vm-42`). */
  readonly ref: string;
  readonly uuid: string;
  readonly powerState: "poweredOn" | "poweredOff" | "suspended";
  /** ESX host that the VM is on. */
  readonly host: string;
  /** Primary address, as the guest reports it. */
  readonly address?: string;
  readonly hostName?: string;
  /** Name of the container on the lab's engine. */
  readonly container: string;
  /** State of the container (`running`, `exited`, `none`). */
  readonly state: string;
  readonly cpus: number;
  readonly memoryMB: number;
  /** What the VM's extraConfig has under `guestinfo.`, set by its definition or by its guest. */
  readonly guestinfo: Readonly<Record<string, string>>;
}

/** What is to happen to clones. */
export interface CloneFault {
  /** VM names, with `*` and `?`. */
  readonly pattern: string;
  /** vCenter's fault. Without one the clone is only slow. */
  readonly fault?:
    "NoDiskSpace" | "SystemError" | "InsufficientResourcesFault" | "GenericVmConfigFault";
  /** What vCenter says with it. Default: its own sentence. */
  readonly message?: string;
  /** Milliseconds that pass before the clone. */
  readonly delayMs?: number;
  /** How often. Default: every time, until the faults are cleared. */
  readonly times?: number;
}

/** The lab's control API: what there is, and what shall go wrong. */
export class LabControl {
  /** @param url Base URL (`SLIPWAY_LAB_CONTROL`). */
  constructor(private readonly url: string) {}

  machines(): Promise<LabMachine[]> {
    return this.call<LabMachine[]>("GET", "/machines");
  }

  /** Destroys VM and machine behind everybody's back. */
  async destroyMachine(name: string): Promise<void> {
    await this.call("DELETE", machine(name));
  }

  /** Ends the machine as a kernel panic would: vCenter then shows the VM as powered off. */
  async crashMachine(name: string): Promise<void> {
    await this.call("POST", `${machine(name)}/crash`);
  }

  /** Pulls the machine's network cable. */
  async unplugMachine(name: string): Promise<void> {
    await this.call("POST", `${machine(name)}/unplug`);
  }

  /** Plugs it in again. */
  async plugMachine(name: string): Promise<void> {
    await this.call("POST", `${machine(name)}/plug`);
  }

  async injectCloneFault(fault: CloneFault): Promise<void> {
    await this.call("POST", "/faults", fault);
  }

  /** Faults in force, with how often they will still happen (-1: every time). */
  cloneFaults(): Promise<CloneFault[]> {
    return this.call<CloneFault[]>("GET", "/faults");
  }

  async clearFaults(): Promise<void> {
    await this.call("DELETE", "/faults");
  }

  /** Ends every vCenter session: their next call gets NotAuthenticated. Returns how many there were. */
  async endSessions(): Promise<number> {
    return (await this.call<{ ended: number }>("POST", "/sessions/end")).ended;
  }

  /** Makes vCenter unreachable, or reachable again; its inventory lives on. */
  async setReachable(reachable: boolean): Promise<void> {
    await this.call("POST", reachable ? "/gate/unlock" : "/gate/lock");
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`${this.url}${path}`, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch {
      throw new LabError(
        `The lab's control API at ${this.url} does not answer. Does the lab run? (make lab-status)`,
      );
    }
    const answer = (await response.json()) as T & { error?: string };
    if (!response.ok) {
      throw new LabError(`lab: ${method} ${path}: ${answer.error ?? String(response.status)}`);
    }
    return answer;
  }
}

function machine(name: string): string {
  return `/machines/${encodeURIComponent(name)}`;
}
