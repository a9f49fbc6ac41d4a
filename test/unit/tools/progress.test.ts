import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { elapsed, Progress } from "../../../tools/progress";

describe("progress", () => {
  test("tells seconds below a minute, then minutes and seconds", () => {
    assert.deepEqual([0.4, 59.4, 59.6, 61, 600].map(elapsed), [
      "0 s",
      "59 s",
      "1 min 0 s",
      "1 min 1 s",
      "10 min 0 s",
    ]);
  });

  test("says what starts, every half minute that it goes on, and when it is done", async () => {
    mock.timers.enable({ apis: ["setInterval", "Date"] });
    try {
      const lines: string[] = [];
      const progress = new Progress((line) => lines.push(line));
      let finish = (): void => undefined;
      const work = progress.during(
        "building pulumi",
        () => new Promise<void>((resolve) => (finish = resolve)),
      );
      for (const passed of [30_000, 30_000, 10_000]) mock.timers.tick(passed);
      finish();
      await work;
      mock.timers.tick(60_000);
      assert.deepEqual(lines, [
        "building pulumi …",
        "building pulumi … 30 s",
        "building pulumi … 1 min 0 s",
        "building pulumi: done in 1 min 10 s",
      ]);
    } finally {
      mock.timers.reset();
    }
  });

  test("does not call a failure done", async () => {
    const lines: string[] = [];
    const progress = new Progress((line) => lines.push(line));
    await assert.rejects(
      progress.during("building pulumi", () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.deepEqual(lines, ["building pulumi …"]);
  });
});
