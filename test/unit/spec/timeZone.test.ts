import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { timeZoneMistake } from "../../../components/spec/timeZone";

describe("a time zone", () => {
  const good = ["UTC", "Europe/Zurich", "Asia/Kolkata", "Asia/Calcutta", "Etc/GMT+5", "US/Eastern"];
  for (const name of [...good, "America/Port_of_Spain", "America/Argentina/Buenos_Aires"])
    test(`${name} is one`, () => {
      assert.equal(timeZoneMistake(name), undefined);
    });

  const bad: readonly (readonly [string, string])[] = [
    ["europe/zurich", "did you mean Europe/Zurich?"],
    ["Europe/ZURICH", "did you mean Europe/Zurich?"],
    ["Zurich", "did you mean Europe/Zurich?"],
    ["utc", "did you mean UTC?"],
    ["CEST", "for example Europe/Zurich"],
    ["+02:00", "for example Europe/Zurich"],
    ["Local", "for example Europe/Zurich"],
    ["SystemV/AST4", "for example Europe/Zurich"],
    ["", "for example Europe/Zurich"],
  ];
  for (const [name, cure] of bad)
    test(`${JSON.stringify(name)} is none`, () => {
      assert.equal(
        timeZoneMistake(name),
        `must be a time zone of the IANA database, as area and place, or UTC; got ${JSON.stringify(name)}, ${cure}`,
      );
    });
});
