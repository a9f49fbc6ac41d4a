import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cronMistake } from "../../../../components/spec/compose/cron";

/** Each was held against the parser of swarm-cronjob 1.14.0 itself. */
describe("times of a job that swarm-cronjob reads", () => {
  const good = [
    "0 3 * * *",
    "*/15 * * * *",
    "10/15 0-6/2 1,15 * ?",
    "0 3 * jan-MAR Mon,wed",
    "0,30 3 * * 1-5",
    "  0   3\t* * *  ",
    "0 3 29 2 *",
    "0 3 31 2 mon",
    "0 3 31 2 */2",
    "0 3 29,30 2 *",
    "007 +3 * * *",
    "*/10 * * * * *",
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
    "@every 90s",
    "@every 1h30m",
    "TZ=Europe/Zurich 0 3 * * *",
    "CRON_TZ=UTC  @daily",
  ];
  for (const text of good)
    test(text, () => {
      assert.equal(cronMistake(text), undefined);
    });
});

describe("times of a job that it does not read, or in another sense than anybody means", () => {
  const count = (got: string) =>
    `must have five fields (minute, hour, day of the month, month, day of the week), or six with the second first; got ${JSON.stringify(got)}, for example \`0 3 * * *\``;
  const field = (text: string, name: string, values: string) =>
    `has ${JSON.stringify(text)} in the field for the ${name}; write * or ${values}, ranges with -, steps with / and lists with commas`;
  const days = "0 to 6 or sun to sat";
  const every = (got: string) =>
    `must name a duration of a second or more after @every, with the units s, m and h; got ${JSON.stringify(got)}, for example \`@every 1h30m\``;
  const descriptor = (got: string, cure: string) =>
    `must be @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, \`@every\` with a duration, or fields as in a crontab; got ${JSON.stringify(got)}, ${cure}`;
  const bad: readonly (readonly [string, string])[] = [
    ["", count("")],
    ["0 3 * *", count("0 3 * *")],
    ["0 0 3 * * * *", count("0 0 3 * * * *")],
    [" @daily", count(" @daily")],
    // swarm-cronjob itself ends with a panic.
    ["TZ=UTC", count("")],
    ["60 3 * * *", field("60", "minute", "0 to 59")],
    ["0 24 * * *", field("24", "hour", "0 to 23")],
    ["0 3 0 * *", field("0", "day of the month", "1 to 31")],
    ["0 3 * 13 *", field("13", "month", "1 to 12 or jan to dec")],
    ["0 3 * * 7", field("7", "day of the week", days)],
    ["0 3 * * sunday", field("sunday", "day of the week", days)],
    ["0 3 * * fri-mon", field("fri-mon", "day of the week", days)],
    ["60 * * * * *", field("60", "second", "0 to 59")],
    ["*/0 * * * *", field("*/0", "minute", "0 to 59")],
    ["1-2-3 * * * *", field("1-2-3", "minute", "0 to 59")],
    ["1/2/3 * * * *", field("1/2/3", "minute", "0 to 59")],
    ["-5 * * * *", field("-5", "minute", "0 to 59")],
    ["0 3 L * *", field("L", "day of the month", "1 to 31")],
    // These two it reads: as every minute, and as none.
    ["*-5 * * * *", field("*-5", "minute", "0 to 59")],
    [", * * * *", field(",", "minute", "0 to 59")],
    ["@dayly", descriptor("@dayly", "did you mean @daily?")],
    ["@reboot", descriptor("@reboot", "for example `0 3 * * *`")],
    ["@every", descriptor("@every", "for example `0 3 * * *`")],
    ["@every 5", every("@every 5")],
    ["@every 1d", every("@every 1d")],
    ["@every 10ms", every("@every 10ms")],
    [
      "0 3 31 2 *",
      "never comes: none of the months that it names has a day 31; correct day or month",
    ],
    [
      "0 3 31 4,6,9,nov *",
      "never comes: none of the months that it names has a day 31; correct day or month",
    ],
    [
      "TZ=Europe/Zürich 0 3 * * *",
      'must be a time zone of the IANA database, as area and place, or UTC; got "Europe/Zürich", did you mean Europe/Zurich?',
    ],
  ];
  for (const [text, message] of bad)
    test(JSON.stringify(text), () => {
      assert.equal(cronMistake(text), message);
    });
});
