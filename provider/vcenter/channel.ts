import { Agent, request } from "node:https";
import { unreachable } from "./failure";

/** Time limit of one call, milliseconds. vCenter answers long work with a task at once. */
const callLimit = 60_000;

/** HTTPS to one vCenter, with its session cookie. */
export class SoapChannel {
  private cookie: string | undefined;
  private readonly agent: Agent;

  constructor(
    readonly server: string,
    allowUnverifiedSsl: boolean,
  ) {
    this.agent = new Agent({
      keepAlive: true,
      maxSockets: 4,
      rejectUnauthorized: !allowUnverifiedSsl,
    });
  }

  /** Sends an envelope and answers the body, of a result as of a fault. Throws when no vCenter is there. */
  post(envelope: string): Promise<string> {
    const [host, port] = hostAndPort(this.server);
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host,
          port,
          path: "/sdk",
          method: "POST",
          agent: this.agent,
          timeout: callLimit,
          headers: {
            "Content-Type": 'text/xml; charset="utf-8"',
            "Content-Length": Buffer.byteLength(envelope),
            SOAPAction: '"urn:vim25/6.5"',
            ...(this.cookie === undefined ? {} : { Cookie: this.cookie }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", (error) => {
            reject(unreachable(this.server, error));
          });
          response.on("end", () => {
            this.keepCookie(response.headers["set-cookie"]);
            const code = response.statusCode ?? 0;
            // Faults come with status 500.
            if (code === 200 || code === 500) resolve(Buffer.concat(chunks).toString("utf8"));
            else {
              reject(
                new Error(
                  `vCenter ${this.server}: something answers with HTTP status ${code}, but it is no vCenter: check vsphere:vsphereServer`,
                ),
              );
            }
          });
        },
      );
      call.on("timeout", () => {
        call.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" }));
      });
      call.on("error", (error) => {
        reject(unreachable(this.server, error));
      });
      call.end(envelope);
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private keepCookie(headers: readonly string[] | undefined): void {
    const session = headers?.find((header) => header.startsWith("vmware_soap_session"));
    if (session !== undefined) this.cookie = session.split(";")[0];
  }
}

function hostAndPort(server: string): [host: string, port: number] {
  const bare = server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  const match = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(bare);
  const host = (match?.[1] ?? bare).replace(/^\[|\]$/g, "");
  return [host, Number(match?.[2] ?? 443)];
}
