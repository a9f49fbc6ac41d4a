import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { askRegistry, pinImages } from "../../../components/application";
import { imageFacts, parseName } from "../../../components/application/registryApi";
import type { ComposeProject } from "../../../components/spec";

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

const config = JSON.stringify({
  os: "linux",
  architecture: "amd64",
  config: { User: "65534:65534", ExposedPorts: { "8080/tcp": {}, "53/udp": {} } },
});
const manifest = JSON.stringify({
  config: { digest: digestOf(config), size: 100 },
  layers: [{ size: 1000 }, { size: 2000 }],
});
const index = JSON.stringify({
  manifests: [
    { digest: "sha256:arm", platform: { os: "linux", architecture: "arm64" } },
    { digest: digestOf(manifest), platform: { os: "linux", architecture: "amd64" } },
    { digest: "sha256:signature", platform: { os: "unknown", architecture: "unknown" } },
  ],
});
const single = JSON.stringify({ config: { digest: digestOf(config), size: 1 }, layers: [] });

/** A registry with one repository, `team/shop`, that gives out tokens to `puller` as the big ones do. */
describe("a registry that is asked for an image", () => {
  const asked: string[] = [];
  let host = "";
  const server = http.createServer((request, response) => {
    const { url = "", headers } = request;
    const { authorization = "" } = headers;
    asked.push(`${url} ${authorization.split(" ")[0] ?? ""}`.trim());
    const answer = (status: number, body: string, more: http.OutgoingHttpHeaders = {}) =>
      response.writeHead(status, more).end(body);
    const { pathname, searchParams } = new URL(url, "http://registry");
    if (pathname === "/token") {
      const wanted = `Basic ${Buffer.from("puller:secret").toString("base64")}`;
      if (authorization !== wanted) return answer(401, "{}");
      assert.equal(searchParams.get("scope"), "repository:team/shop:pull");
      return answer(200, JSON.stringify({ token: "a-token" }));
    }
    if (pathname === `/blobs/${digestOf(config)}`) {
      assert.equal(authorization, "", "the credential stays with the registry");
      return answer(200, config);
    }
    if (authorization !== "Bearer a-token") {
      const challenge = `Bearer realm="http://${host}/token",service="registry",scope="repository:team/shop:pull"`;
      return answer(401, "{}", { "www-authenticate": challenge });
    }
    switch (pathname.replace("/v2/team/shop/", "")) {
      case "manifests/1.0.0":
        return answer(200, index, { "docker-content-digest": digestOf(index) });
      case `manifests/${digestOf(manifest)}`:
        return answer(200, manifest);
      case "manifests/single":
        return answer(200, single);
      case "manifests/forged":
        return answer(200, single, { "docker-content-digest": digestOf("something else") });
      case "manifests/broken":
        return answer(500, JSON.stringify({ errors: [{ message: "the store is full" }] }));
      case `blobs/${digestOf(config)}`:
        return answer(307, "", { location: `http://${host}/blobs/${digestOf(config)}` });
      default:
        return answer(404, "{}");
    }
  });
  const access = () => ({
    isInsecure: true,
    credential: { username: "puller", password: "secret" },
  });

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  test("tells digest, platforms, user, ports and size, with a token that it has given", async () => {
    assert.deepEqual(await imageFacts(`${host}/team/shop:1.0.0`, access()), {
      digest: digestOf(index),
      platforms: [
        { os: "linux", architecture: "arm64" },
        { os: "linux", architecture: "amd64" },
      ],
      user: "65534:65534",
      exposed: [8080],
      sizeBytes: 3100,
    });
    assert.deepEqual(
      asked.map((line) => line.replace(/sha256:\w+/, "sha256:…")),
      [
        "/v2/team/shop/manifests/1.0.0",
        "/token?service=registry&scope=repository%3Ateam%2Fshop%3Apull Basic",
        "/v2/team/shop/manifests/1.0.0 Bearer",
        "/v2/team/shop/manifests/sha256:… Bearer",
        "/v2/team/shop/blobs/sha256:… Bearer",
        "/blobs/sha256:…",
      ],
    );
  });

  test("tells the platform of an image that has one", async () => {
    const facts = await imageFacts(`${host}/team/shop:single`, access());
    assert.deepEqual(facts.platforms, [{ os: "linux", architecture: "amd64" }]);
    assert.equal(facts.digest, digestOf(single));
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["an image that is not there", "team/shop:2.0.0", /^the registry does not have it$/],
    ["other content than it names", "team/shop:forged", /^the registry sent something else than/],
    ["its own failure", "team/shop:broken", /^the registry answers HTTP 500: the store is full$/],
  ];
  for (const [what, name, message] of refused)
    test(`is believed to have ${what}`, async () => {
      await assert.rejects(imageFacts(`${host}/${name}`, access()), { message });
    });

  test("that knows the credential not is told without it", async () => {
    const wrong = { isInsecure: true, credential: { username: "puller", password: "wrong-word" } };
    await assert.rejects(imageFacts(`${host}/team/shop:1.0.0`, wrong), ({ message }: Error) => {
      assert.match(message, /refuses to show it \(HTTP 401\); are its credentials right\?/);
      assert.doesNotMatch(message, /wrong-word/);
      return true;
    });
  });

  test("pins the images of a project, and tells at their places which can't be had", async () => {
    const project = {
      name: "shop",
      services: {
        web: { image: `${host}/team/shop:1.0.0` },
        api: { image: `${host}/team/shop:2.0.0` },
      },
    } as unknown as ComposeProject;
    const { images, objections } = await pinImages(project, {
      ask: askRegistry({ insecureRegistries: [host] }),
      registries: { [host]: { username: "puller", password: "secret" } },
    });
    assert.deepEqual(Object.keys(images), [`${host}/team/shop:1.0.0`]);
    assert.equal(
      images[`${host}/team/shop:1.0.0`]?.image,
      `${host}/team/shop:1.0.0@${digestOf(index)}`,
    );
    assert.deepEqual(
      objections.map(({ path }) => path),
      [["services", "api", "image"]],
    );
  });
});

describe("the name of an image", () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ["nginx", "registry-1.docker.io", "library/nginx", "latest"],
    ["docker.io/crazymax/cron:1.14", "registry-1.docker.io", "crazymax/cron", "1.14"],
    ["registry.test:5000/a/b:1.0", "registry.test:5000", "a/b", "1.0"],
    ["registry.test:5000/a", "registry.test:5000", "a", "latest"],
    ["localhost/a@sha256:1", "localhost", "a", "sha256:1"],
    ["quay.io/a/b:1.0@sha256:1", "quay.io", "a/b", "sha256:1"],
  ];
  for (const [name, host, repository, reference] of cases)
    test(`${name} is ${reference} of ${repository} at ${host}`, () => {
      assert.deepEqual(parseName(name), { host, repository, reference });
    });
});
