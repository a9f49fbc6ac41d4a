import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { calendarMistake } from "../../../components/spec/cluster/calendar";

/** All of these `systemd-analyze calendar` takes (systemd 252). */
const taken = [
  "hourly",
  "Daily",
  "weekly UTC",
  "*-*-* 00/6:00:00",
  "*:0/15",
  "*:*",
  "12:00 UTC",
  "Mon",
  "mon..fri",
  "Monday..Friday,sun 08:00:00",
  "Mon,Wed..Fri *-*-* 0:00",
  "2026-01-01",
  "01-15 03:00",
  "2026-1-1..5 0:0",
  "2026/173-1-1",
  "1,2,3:30",
  "1..5/4:00",
  "0/23:00",
  "  *-*-*   3:00  ",
];

/** None of these. */
const refused: readonly [string, string][] = [
  ["", '"" is no calendar event'],
  ["* * * * *", '"* * * * *" is no calendar event'],
  ["0 0 * * *", '"0 0 * * *" is no calendar event'],
  ["6h", '"6h" is no calendar event'],
  ["every 6h", '"every" is no day of the week, nor a range of them'],
  ["Mon Tue 12:00", '"Mon Tue 12:00" is no calendar event'],
  ["Mon, Tue 10:00", '"" is no day of the week, nor a range of them'],
  ["mon..tue..wed", '"mon..tue..wed" is no day of the week, nor a range of them'],
  ["fri..mon", '"fri..mon" ends before it begins'],
  ["24:00", 'the hour "24" is not from 0 to 23'],
  ["00:00:60", 'the second "60" is not from 0 to 59'],
  ["*-13-01", 'the month "13" is not from 1 to 12'],
  ["*/2:00", '"*/2" is no hour'],
  ["5..1:00", '"5..1" ends before it begins'],
  ["0/0:00", 'the step of "0/0" never counts'],
  ["*:0/60", 'the step of "0/60" never counts'],
  ["1:2:3:4", '"1:2:3:4" is no calendar event'],
  ["1-2-3-4", '"1-2-3-4" is no calendar event'],
  ["12:00 daily", '"12:00 daily" is no calendar event'],
];

/** systemd takes these, and the check does not: what is written is to be read by people. */
const leftOut = ["12:00:00.5", "@1234", "*-*~1 00:00", "12:00 Europe/Berlin", "Mon-Fri 12:00"];

describe("a calendar event of systemd", () => {
  for (const text of taken) {
    test(`"${text}" is taken`, () => {
      assert.equal(calendarMistake(text), undefined);
    });
  }
  for (const [text, mistake] of refused) {
    test(`"${text}" is refused`, () => {
      assert.equal(calendarMistake(text), mistake);
    });
  }
  for (const text of leftOut) {
    test(`"${text}" is not taken, although systemd knows it`, () => {
      assert.notEqual(calendarMistake(text), undefined);
    });
  }
});
