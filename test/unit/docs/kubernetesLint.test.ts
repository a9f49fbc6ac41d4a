import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { format } from "prettier";
import { exceptions, type Exception } from "../peers/kubernetes/exceptions";
import { assertGolden } from "../spec/golden";

const page = path.join(__dirname, "../../../docs/kubernetes.md");
const between =
  /(?<=<!-- made from test\/fixtures\/kubernetes-lint\/exceptions\.yml -->\n).*(?=<!-- end -->)/s;

const everything: Readonly<Record<Exception["from"], string>> = {
  cluster: "all parts of the cluster",
  applications: "services of applications",
};

/** `DaemonSet kube-flannel/flannel`, or a container of it, as one looks for it. */
function shortly(place: string): string {
  const [, name = place] = place.split(" ");
  return `\`${name}\``;
}

function row({ check, from, at, reason }: Exception): string {
  const where = at?.map(shortly).join(", ") ?? everything[from];
  return `| \`${check}\` | ${where} | ${reason.trim()} |`;
}

test("docs/kubernetes.md argues what the linter finds, as the list of exceptions does", async () => {
  const rows = [
    "| check | where | why it stays |",
    "| --- | --- | --- |",
    ...exceptions().map(row),
  ];
  const table = await format(rows.join("\n"), { parser: "markdown", printWidth: 100 });
  const text = readFileSync(page, "utf8");
  assert.match(text, between, "has no place for the table");
  assertGolden(
    page,
    text.replace(between, () => `\n${table}\n`),
  );
});
