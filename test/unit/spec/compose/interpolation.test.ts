import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { interpolate } from "../../../../components/spec/interpolation";
import { load, problems } from "./project";

describe("variables in Compose files", () => {
  const cases: readonly [template: string, expected: string][] = [
    ['${JSON:-{"a": {"b": 1}}}', '{"a": {"b": 1}}'],
    ['${SET:-{"a": 1}}', "set"],
    ["${NONE:-a{b}", "a{b"],
    ["$$x", "$x"],
    ["$1 and 5$ and $", "$1 and 5$ and $"],
  ];
  for (const [template, expected] of cases) {
    test(template, () => {
      const { text } = interpolate(template, { SET: "set" }, { loneDollar: "keep" });
      assert.equal(text, expected);
    });
  }

  test("stand for numbers and truth values too", () => {
    const file = `
services:
  web:
    image: a
    read_only: \${ON}
    deploy: { replicas: "\${N}" }
    x-slipway: { ingress: [{ host: "\${HOST}", port: "\${PORT}", tls: "\${ON}" }] }
`;
    const variables = { ON: "true", N: "3", HOST: "a.b", PORT: "80" };
    const { web } = load({ "stack.yml": file }, { variables }).project.services;
    assert.equal(web?.read_only, true);
    assert.equal(web.deploy?.replicas, 3);
    assert.deepEqual(web["x-slipway"]?.ingress, [{ host: "a.b", port: 80, path: "/", tls: true }]);
  });

  test("the project's name is one", () => {
    const file = "name: Shop_1\nservices: { web: { image: '${COMPOSE_PROJECT_NAME}' } }\n";
    const { project } = load({ "stack.yml": file }, { projectName: undefined });
    assert.equal(project.services.web?.image, "shop_1");
  });
});

describe("a variable without a value and without a default", () => {
  const files = { "stack.yml": "services: { web: { image: 'a:1${NONE}' } }\n" };

  test("is an error", () => {
    assert.match(
      problems(files)[0] ?? "",
      /^stack\.yml:1:31 services\.web\.image: uses the variable NONE/,
    );
  });

  test("is an empty text and a warning where that is asked for", () => {
    const { project, warnings } = load(files, { unset: "empty" });
    assert.equal(project.services.web?.image, "a:1");
    assert.match(warnings[0]?.message ?? "", /NONE, which has no value: it becomes an empty text/);
  });
});

test("a dollar sign that starts no variable is kept, with a warning", () => {
  const files = { "stack.yml": "services: { web: { image: a, command: [awk, '{print $1}'] } }\n" };
  assert.deepEqual(load(files).project.services.web?.command, ["awk", "{print $1}"]);
  assert.match(
    problems(files)[0] ?? "",
    /^stack\.yml:1:53 warning: .* starts no variable and is kept/,
  );
});

describe("the project's name", () => {
  const cases: readonly [
    title: string,
    name: string | undefined,
    text: string,
    expected: RegExp,
  ][] = [
    ["is the one that is given", "given", "name: own\n", /^given$/],
    ["is that of the file, made fit", undefined, "name: My.Shop\n", /^myshop$/],
    ["may come from a variable", undefined, "name: ${N:-x}-y\n", /^x-y$/],
    ["is that of the folder without one", undefined, "", /^project\d+$/],
  ];
  for (const [title, projectName, text, expected] of cases) {
    test(title, () => {
      const files = { "stack.yml": `${text}services: { web: { image: a } }\n` };
      assert.match(load(files, { projectName }).project.name, expected);
    });
  }

  test("is refused when it can't be one", () => {
    const files = { "stack.yml": "services: { web: { image: a } }\n" };
    assert.match(
      problems(files, { projectName: "My Shop" })[0] ?? "",
      /name: can't be the name "My Shop"/,
    );
  });
});
