import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { tar } from "../../../lab/registry/tar";

describe("a tar archive", () => {
  test("has links that lead where they say", () => {
    const content = Buffer.alloc(0);
    const archive = tar([{ name: "bin/sh", content, mode: 0o777, link: "busybox" }]);
    const listing = execFileSync("tar", ["--list", "--verbose"], { input: archive });
    assert.match(listing.toString(), /^lrwxrwxrwx .* bin\/sh -> busybox\n$/);
  });

  test("has folders, and the owner that each entry names", () => {
    const nothing = Buffer.alloc(0);
    const archive = tar([
      { name: "data/", content: nothing, mode: 0o755, owner: 65534 },
      { name: "shop", content: Buffer.from("program"), mode: 0o755 },
    ]);
    const listing = execFileSync("tar", ["--list", "--verbose", "--numeric-owner"], {
      input: archive,
      encoding: "utf8",
    });
    assert.deepEqual(
      listing
        .trim()
        .split("\n")
        .map((line) => line.replace(/ +\d+ 1970-.* /, " ")),
      ["drwxr-xr-x 65534/65534 data/", "-rwxr-xr-x 0/0 shop"],
    );
  });

  test("has names of more than 100 bytes whole, and refuses those that do not fit", () => {
    const folder = `usr/share/program/plugins/${"deep/".repeat(20)}`;
    const name = `${folder}${"long".repeat(20)}.jar`;
    const archive = tar([
      { name: folder, content: Buffer.alloc(0), mode: 0o755 },
      { name, content: Buffer.from("jar"), mode: 0o644 },
    ]);
    const listing = execFileSync("tar", ["--list"], { input: archive, encoding: "utf8" });
    assert.deepEqual(listing.trim().split("\n"), [folder, name]);
    const content = Buffer.alloc(0);
    assert.throws(
      () => tar([{ name: "x".repeat(101), content, mode: 0o644 }]),
      /too long for a tar archive: xxx/,
    );
    assert.throws(
      () => tar([{ name: "sh", content, mode: 0o777, link: "x".repeat(101) }]),
      /too long for a link in a tar archive: xxx/,
    );
  });
});
