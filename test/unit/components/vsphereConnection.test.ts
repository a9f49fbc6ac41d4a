import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readVsphereConnection } from "../../../stacks/vsphereConnection";

const good = {
  VSPHERE_SERVER: "vc.example.com",
  VSPHERE_USER: "DOMAIN\\svc",
  VSPHERE_PASSWORD: ` p%s"s:w/o&rd `,
};
function read(environment: NodeJS.ProcessEnv, configured: Record<string, string> = {}) {
  const problems: string[] = [];
  const connection = readVsphereConnection(
    (key) => configured[key],
    environment,
    (problem) => problems.push(problem),
  );
  return { connection, problems };
}

describe("the connection to vCenter", () => {
  test("comes from the environment, its password as it is", () => {
    assert.deepEqual(read(good), {
      connection: {
        server: "vc.example.com",
        user: "DOMAIN\\svc",
        password: ` p%s"s:w/o&rd `,
        allowUnverifiedSsl: false,
      },
      problems: [],
    });
  });

  test("comes from the configuration first, where that is not empty", () => {
    const configured = { vsphereServer: "other.example.com", user: "" };
    const { connection } = read(good, configured);
    assert.equal(connection?.server, "other.example.com");
    assert.equal(connection.user, "DOMAIN\\svc");
  });

  test("is refused whole, with all that is missing", () => {
    const { connection, problems } = read({});
    assert.equal(connection, undefined);
    assert.deepEqual(problems, [
      "vSphere: VSPHERE_SERVER is not set; set it, or run `pulumi config set vsphere:vsphereServer`",
      "vSphere: VSPHERE_USER is not set; set it, or run `pulumi config set vsphere:user`",
      "vSphere: VSPHERE_PASSWORD is not set; set it, or run `pulumi config set --secret vsphere:password`",
    ]);
  });

  for (const server of [
    "vc",
    "vc.example.com:8443",
    "10.1.2.3",
    "127.0.0.1:18443",
    "[fd00::1]:443",
  ]) {
    test(`takes the server ${server}`, () => {
      assert.deepEqual(read({ ...good, VSPHERE_SERVER: server }).problems, []);
    });
  }

  for (const [server, says] of [
    ["https://vc.example.com", /without https:\/\/ and path; .*set it to vc\.example\.com$/],
    ["vc.example.com/ui", /set it to vc\.example\.com$/],
    ["https://vc.example.com:8443/sdk", /set it to vc\.example\.com:8443$/],
    [
      "vc.example.com\n",
      /has a space or a line break at its start or end; .*set it to vc\.example/,
    ],
    [" vc.example.com", /has a space or a line break at its start or end/],
    ["vc example", /must be vCenter's name/],
    ["vc.example.com:https", /must be vCenter's name/],
    ["fd00::1", /must be vCenter's name/],
  ] as const) {
    test(`refuses the server ${JSON.stringify(server)}`, () => {
      const { connection, problems } = read({ ...good, VSPHERE_SERVER: server });
      assert.equal(connection, undefined);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", says);
      assert.match(problems[0] ?? "", /^vSphere: VSPHERE_SERVER /);
    });
  }

  test("does not show a password that stands in the server's address", () => {
    const { problems } = read(good, { vsphereServer: "https://me:top-secret@vc.example.com/sdk" });
    assert.match(problems[0] ?? "", /^vSphere: vsphere:vsphereServer must be vCenter's name/);
    assert.doesNotMatch(problems[0] ?? "", /top-secret/);
  });

  test("refuses a password with a line break, without showing it", () => {
    const { problems } = read({ ...good, VSPHERE_PASSWORD: "top-secret\n" });
    assert.equal(problems.length, 1);
    assert.match(
      problems[0] ?? "",
      /VSPHERE_PASSWORD has a line break, as a file .* has at its end/,
    );
    assert.doesNotMatch(problems[0] ?? "", /top-secret/);
  });

  for (const [text, allowed] of [
    ["true", true],
    ["TRUE", true],
    ["1", true],
    ["false", false],
    ["0", false],
    ["", false],
  ] as const) {
    test(`reads ${JSON.stringify(text)} as whether an unverified certificate is allowed`, () => {
      const { connection } = read({ ...good, VSPHERE_ALLOW_UNVERIFIED_SSL: text });
      assert.equal(connection?.allowUnverifiedSsl, allowed);
    });
  }

  test("refuses anything else there", () => {
    const { connection, problems } = read(good, { allowUnverifiedSsl: "yes" });
    assert.equal(connection, undefined);
    assert.deepEqual(problems, [
      'vSphere: vsphere:allowUnverifiedSsl must be true or false; got "yes"',
    ]);
  });
});
