/** The Go programs have tests of their own, which Go runs. */
import { execFile } from "node:child_process";
import path from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";

const checkout = path.resolve(__dirname, "../../..");

describe("the tests of the Go program", () => {
  for (const module of [
    "lab/vcenter",
    "lab/guest",
    "lab/hello",
    "lab/shop",
    "tools/go/languagehost",
  ])
    test(`${module} pass`, async () => {
      // With the flags of the builds, whose compiled packages it takes from Go's cache.
      const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
      await promisify(execFile)("go", ["test", "-mod=readonly", "-trimpath", "./..."], {
        cwd: path.join(checkout, module),
        env,
      }).catch((error: unknown) => {
        throw new Error((error as { stdout?: string }).stdout ?? String(error));
      });
    });
});
