import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { KubernetesAccess } from "../../../../components/application/kubernetes";
import { Authority } from "../../components/support/authority";

export interface Question {
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
}

/** An API server that says what the test tells it to, to whom its authority has signed a certificate. */
export class FakeApiServer {
  readonly questions: Question[] = [];
  /** `break off`: hangs up in the middle of its answer. */
  answer: (question: Question) => Reply | "break off" = () => ({ body: { items: [] } });

  private constructor(
    readonly access: KubernetesAccess,
    private readonly server: https.Server,
  ) {}

  static async start(): Promise<FakeApiServer> {
    const authority = await Authority.create();
    const [own, client] = await Promise.all([authority.issue("127.0.0.1"), authority.issue()]);
    const server = https.createServer({
      cert: own.certificate,
      key: own.key,
      ca: authority.pem,
      requestCert: true,
      rejectUnauthorized: true,
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const fake = new FakeApiServer(
      {
        endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
        caCertificate: authority.pem,
        clientCertificate: client.certificate,
        clientKey: client.key,
      },
      server,
    );
    server.on("request", (request, response) => {
      const question = { path: request.url ?? "", headers: request.headers };
      fake.questions.push(question);
      const reply = fake.answer(question);
      if (reply === "break off") {
        response.writeHead(200, { "content-length": 1000 });
        response.write("{");
        setImmediate(() => request.socket.destroy());
        return;
      }
      response.writeHead(reply.status ?? 200, { "content-type": "application/json" });
      response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {}));
    });
    return fake;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
