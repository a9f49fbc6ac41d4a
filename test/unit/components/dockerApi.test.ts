import assert from "node:assert/strict";
import { once } from "node:events";
import https from "node:https";
import net, { type AddressInfo, type Server } from "node:net";
import { after, before, describe, test } from "node:test";
import {
  managerEndpoint,
  askManager,
  pinImages,
  type DockerCredentials,
} from "../../../components/application";
import { project, service, told } from "../application/support/compose";
import { Authority } from "./support/authority";

describe("the Docker API of the managers", () => {
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

  /** A Docker API with mutual TLS: status and body by path. */
  async function api(answers: Readonly<Record<string, readonly [number, object]>>) {
    const { certificate, key } = await authority.issue("127.0.0.1");
    const tls = { cert: certificate, key, ca: authority.pem, requestCert: true };
    return listen(
      https.createServer(tls, (request, response) => {
        const [status, body] = answers[request.url ?? ""] ?? [404, { message: "page not found" }];
        response.writeHead(status).end(JSON.stringify(body));
      }),
    );
  }
  const node = (status: number) => api({ "/swarm": [status, {}] });

  /** Accepts connections and never says a word. */
  const silent = () => listen(net.createServer());

  async function dead(): Promise<string> {
    const server = net.createServer();
    const endpoint = await listen(server);
    server.close();
    return endpoint;
  }

  test("the first manager is taken, run after run", async () => {
    const [first, second] = [await node(200), await node(200)];
    assert.equal(await managerEndpoint([first, second], credentials), first);
    assert.equal(await managerEndpoint([first, second], credentials), first);
  });

  test("the next one is taken where the first is dead, silent or no manager any more", async () => {
    const alive = await node(200);
    const endpoints = [await dead(), await silent(), await node(503), alive];
    assert.equal(await managerEndpoint(endpoints, credentials), alive);
  });

  test("where none can be used, the error tells of each why", async () => {
    const endpoints = [await dead(), await node(503)];
    await assert.rejects(managerEndpoint(endpoints, credentials), {
      message:
        /^no manager of the cluster can be used:\n {2}tcp:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*\n {2}tcp:.*: is no manager of a Swarm with quorum \(HTTP 503\)\ncheck that this machine reaches/,
    });
  });

  test("a stranger is not taken for the manager at a manager's former address", async () => {
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

  describe("pins images", () => {
    const stack = (...images: string[]) =>
      project({
        services: Object.fromEntries(
          images.map((image, index) => [`s${index}`, service({ image })]),
        ),
      });
    const pin = (images: string[], endpoint: string, digests = {}, registries = {}) =>
      pinImages(stack(...images), { ask: askManager(endpoint, credentials), registries, digests });
    const digest = "sha256:a464839f6276813510bd007893ecc88ffe71c2537fa01dabd119d8a4589b9bee";
    const distribution = (architecture: string) =>
      [200, { Descriptor: { digest }, Platforms: [{ os: "linux", architecture }] }] as const;

    test("to the digest that the registry has, with the platforms that Swarm places by", async () => {
      const endpoint = await api({
        "/distribution/reg:5000/hello:1/json": distribution("amd64"),
        "/distribution/reg:5000/arm:1/json": distribution("arm"),
      });
      const all = ["reg:5000/hello:1", "reg:5000/arm:1", "reg:5000/hello:1"];
      assert.deepEqual(await pin(all, endpoint), {
        images: {
          "reg:5000/arm:1": {
            image: `reg:5000/arm:1@${digest}`,
            platforms: [{ os: "linux", architecture: "" }],
          },
          "reg:5000/hello:1": {
            image: `reg:5000/hello:1@${digest}`,
            platforms: [{ os: "linux", architecture: "amd64" }],
          },
        },
        objections: [],
      });
    });

    test("leaves a digest that the file gives", async () => {
      const image = `reg:5000/hello@${digest}`;
      const endpoint = await api({ [`/distribution/${image}/json`]: distribution("amd64") });
      const { images } = await pin([image], endpoint, { [image]: "sha256:other" });
      assert.equal(images[image]?.image, image);
    });

    test("takes a digest that was decided elsewhere, whatever its tag has now", async () => {
      const image = "reg:5000/hello:1";
      const decided = `${image}@sha256:decided`;
      const endpoint = await api({ [`/distribution/${decided}/json`]: distribution("amd64") });
      const { images } = await pin([image], endpoint, { [image]: "sha256:decided" });
      assert.equal(images[image]?.image, decided);
    });

    test("shows a registry the credential that is for it, and no other", async () => {
      const seen: unknown[] = [];
      const { certificate, key } = await authority.issue("127.0.0.1");
      const tls = { cert: certificate, key, ca: authority.pem, requestCert: true };
      const endpoint = await listen(
        https.createServer(tls, (request, response) => {
          const header = request.headers["x-registry-auth"];
          seen.push(
            typeof header === "string"
              ? (JSON.parse(Buffer.from(header, "base64url").toString("utf8")) as unknown)
              : undefined,
          );
          response.end(JSON.stringify(distribution("amd64")[1]));
        }),
      );
      const credential = { username: "puller", password: "pässword?>" };
      await pin(["reg:5000/hello:1"], endpoint, {}, { "reg:5000": credential });
      await pin(["hello:1"], endpoint, {}, { "reg:5000": credential });
      assert.deepEqual(seen, [credential, undefined]);
    });

    test("names every image that can't be had, and the services that want it", async () => {
      const endpoint = await api({
        "/distribution/reg:5000/gone:1/json": [404, { message: "manifest unknown" }],
        "/distribution/reg:5000/shut:1/json": [403, { message: "unauthorized" }],
      });
      const { images, objections } = await pin(
        ["reg:5000/gone:1", "reg:5000/shut:1", "reg:5000/gone:1"],
        endpoint,
      );
      assert.deepEqual(images, {});
      const cure =
        "check its name and tag, and that the nodes reach, trust and may read its registry";
      assert.deepEqual([...told(objections)].sort(), [
        `services.s0.image: reg:5000/gone:1 can't be had: manifest unknown; ${cure}`,
        `services.s1.image: reg:5000/shut:1 can't be had: unauthorized; ${cure}`,
        `services.s2.image: reg:5000/gone:1 can't be had: manifest unknown; ${cure}`,
      ]);
    });
  });
});
