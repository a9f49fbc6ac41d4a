/**
 * The language of times that swarm-cronjob 1.14 reads: robfig/cron 3.0.1 with an optional field for seconds. It only
 * logs what it can't read, and such a job never runs; so all of it is checked here. What it reads by accident, in
 * another sense than anybody means (`*-5`, a field of commas, a zone without a name), is refused.
 */
import { parseDuration } from "../quantities";
import { timeZoneMistake } from "../timeZone";
import { nearest, quote } from "../words";

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Values by name, from `min` on. */
  readonly names?: readonly string[];
}

const second: Field = { name: "second", min: 0, max: 59 };
const day: Field = { name: "day of the month", min: 1, max: 31 };
const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const month: Field = { name: "month", min: 1, max: 12, names: months };
const weekdays = "sun mon tue wed thu fri sat".split(" ");
const weekday: Field = { name: "day of the week", min: 0, max: 6, names: weekdays };
const fields: readonly Field[] = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  day,
  month,
  weekday,
];

/** How many days each month may have. */
const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const descriptors = [
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
] as const;

const example = "for example `0 3 * * *`";

/** Values that a field names. */
interface Values {
  readonly values: ReadonlySet<number>;
  /** Every value: what the field says does not count. */
  readonly isAny: boolean;
}

class Mistake extends Error {}

/** What is wrong with the times of a job, in words; undefined when nothing is. */
export function cronMistake(text: string): string | undefined {
  try {
    check(text);
    return undefined;
  } catch (error) {
    if (error instanceof Mistake) return error.message;
    throw error;
  }
}

function check(text: string): void {
  const [, zone, rest] = /^(?:CRON_)?TZ=([^ ]*)(.*)$/s.exec(text) ?? [];
  if (zone !== undefined) {
    const mistake = timeZoneMistake(zone);
    if (mistake !== undefined) throw new Mistake(mistake);
  }
  const times = zone === undefined ? text : (rest ?? "").trim();
  if (times.startsWith("@")) checkDescriptor(times);
  else checkFields(times);
}

function checkDescriptor(text: string): void {
  if (text.startsWith("@every ")) {
    const duration = parseDuration(text.slice("@every ".length));
    if (duration === undefined || duration < 1e9)
      throw new Mistake(
        `must name a duration of a second or more after @every, with the units s, m and h; got ${quote(text)}, for example \`@every 1h30m\``,
      );
    return;
  }
  if (descriptors.some((known) => known === text)) return;
  const meant = nearest(text, descriptors);
  throw new Mistake(
    `must be ${descriptors.join(", ")}, \`@every\` with a duration, or fields as in a crontab; got ${quote(text)}, ${
      meant === undefined ? example : `did you mean ${meant}?`
    }`,
  );
}

function checkFields(text: string): void {
  const texts = text.split(/\s+/).filter((field) => field !== "");
  const expected = texts.length === fields.length + 1 ? [second, ...fields] : fields;
  if (texts.length !== expected.length) {
    throw new Mistake(
      `must have five fields (minute, hour, day of the month, month, day of the week), or six with the second first; got ${quote(text)}, ${example}`,
    );
  }
  const values = new Map(
    expected.map((field, index) => [field, valuesOf(texts[index] ?? "", field)]),
  );
  checkDays(values);
}

/** Where day of the month and day of the week both say something, either will do; else the months must have the day. */
function checkDays(values: ReadonlyMap<Field, Values>): void {
  const [days, inMonths, onWeekdays] = [day, month, weekday].map((field) => values.get(field));
  if (days === undefined || inMonths === undefined || onWeekdays?.isAny !== true) return;
  const first = Math.min(...days.values);
  const isThere = [...inMonths.values].some((number) => first <= (lengths[number - 1] ?? 0));
  if (!isThere)
    throw new Mistake(
      `never comes: none of the months that it names has a day ${first}; correct day or month`,
    );
}

function valuesOf(text: string, field: Field): Values {
  const parts = text.split(",").filter((part) => part !== "");
  if (parts.length === 0) throw wrong(text, field);
  const found = parts.map((part) => rangeOf(part, field));
  return {
    values: new Set(found.flatMap(({ values }) => [...values])),
    isAny: found.some(({ isAny }) => isAny),
  };
}

/** `*`, `5`, `1-5`, `mon-fri`, `*` + `/15`, `10/15` (from 10 to the end), `0-30/10`. */
function rangeOf(part: string, field: Field): Values {
  const [range = "", stepText, ...more] = part.split("/");
  const [from = "", to, ...evenMore] = range.split("-");
  const isStar = from === "*" || from === "?";
  if (more.length + evenMore.length > 0 || (isStar && to !== undefined)) throw wrong(part, field);
  const step = stepText === undefined ? 1 : numberOf(stepText);
  const start = isStar ? field.min : valueOf(from, field);
  const isOpen = isStar || (to === undefined && stepText !== undefined);
  const end = isOpen ? field.max : to === undefined ? start : valueOf(to, field);
  if (step === undefined || step === 0 || start === undefined || end === undefined)
    throw wrong(part, field);
  if (start < field.min || end > field.max || start > end) throw wrong(part, field);
  const count = Math.floor((end - start) / step) + 1;
  return {
    values: new Set(Array.from({ length: count }, (_, index) => start + index * step)),
    isAny: isStar && step === 1,
  };
}

function valueOf(text: string, { min, names = [] }: Field): number | undefined {
  const index = names.indexOf(text.toLowerCase());
  return index < 0 ? numberOf(text) : index + min;
}

function numberOf(text: string): number | undefined {
  return /^\+?[0-9]+$/.test(text) ? Number(text) : undefined;
}

function wrong(text: string, { name, min, max, names }: Field): Mistake {
  const known = names === undefined ? "" : ` or ${names[0] ?? ""} to ${names.at(-1) ?? ""}`;
  return new Mistake(
    `has ${quote(text)} in the field for the ${name}; write * or ${min} to ${max}${known}, ranges with -, steps with / and lists with commas`,
  );
}
