import assert from "node:assert/strict";
import { once } from "node:events";
import https from "node:https";
import net, { type AddressInfo, type Server } from "node:net";
import { after, before, describe, test } from "node:test";
import { managerEndpoint, type DockerCredentials } from "../../../components/application";
import { Authority } from "./support/authority";

describe("the manager that a deployment talks to", () => {
  const servers: Server[] = [];
  let authority: Authority;
  let credentials: DockerCredentials;

  before(async () => {
    authority = await Authority.create();
    credentials = await credentialsOf(authority);
  });
  after(() => {
    for (const server of servers) server.close();
  });

  async function credentialsOf(ca: Authority): Promise<DockerCredentials> {
    const { certificate, key } = await ca.issue();
    return { caCertificate: authority.pem, clientCertificate: certificate, clientKey: key };
  }

  async function listen(server: Server): Promise<string> {
    servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A Docker API with mutual TLS. */
  async function node(status: number): Promise<string> {
    const { certificate, key } = await authority.issue("127.0.0.1");
    const tls = { cert: certificate, key, ca: authority.pem, requestCert: true };
    return listen(
      https.createServer(tls, (request, response) => {
        response.writeHead(request.url === "/swarm" ? status : 404).end("{}");
      }),
    );
  }

  /** Accepts connections and never says a word. */
  const silent = () => listen(net.createServer());

  async function dead(): Promise<string> {
    const server = net.createServer();
    const endpoint = await listen(server);
    server.close();
    return endpoint;
  }

  test("is the first one, run after run", async () => {
    const [first, second] = [await node(200), await node(200)];
    assert.equal(await managerEndpoint([first, second], credentials), first);
    assert.equal(await managerEndpoint([first, second], credentials), first);
  });

  test("is the next one where the first is dead, silent or no manager any more", async () => {
    const alive = await node(200);
    const endpoints = [await dead(), await silent(), await node(503), alive];
    assert.equal(await managerEndpoint(endpoints, credentials), alive);
  });

  test("is none: the error tells of each why", async () => {
    const endpoints = [await dead(), await node(503)];
    await assert.rejects(managerEndpoint(endpoints, credentials), {
      message:
        /^no manager of the cluster can be used:\n {2}tcp:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*\n {2}tcp:.*: is no manager of a Swarm with quorum \(HTTP 503\)\ncheck that this machine reaches/,
    });
  });

  test("is not a stranger at a manager's former address", async () => {
    const stranger = await Authority.create();
    const { certificate, key } = await stranger.issue("127.0.0.1");
    const endpoint = await listen(
      https.createServer({ cert: certificate, key }, (_, response) => {
        response.end("{}");
      }),
    );
    await assert.rejects(managerEndpoint([endpoint], credentials), {
      message: /unable to verify|signature|self.signed/i,
    });
  });
});
