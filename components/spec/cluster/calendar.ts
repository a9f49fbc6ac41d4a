/**
 * Calendar events as systemd's OnCalendar has them, in their common forms: a word (`daily`), or
 * `[weekdays] [[year-]month-day] [hour:minute[:second]] [UTC]`. Not taken, although systemd does: days from the end of
 * the month (`~`), fractions of seconds, other time zones and points in time (`@…`).
 * Source: systemd.time(7), calendar events.
 */

const shorthands: ReadonlySet<string> = new Set([
  "minutely",
  "hourly",
  "daily",
  "weekly",
  "monthly",
  "quarterly",
  "semiannually",
  "yearly",
  "annually",
]);

const dayNames = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

/** What one number of a date or time may be. */
interface Part {
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

const year: Part = { name: "year", least: 1970, most: 2199 };
const month: Part = { name: "month", least: 1, most: 12 };
const dayOfMonth: Part = { name: "day", least: 1, most: 31 };
const hour: Part = { name: "hour", least: 0, most: 23 };
const minute: Part = { name: "minute", least: 0, most: 59 };
const second: Part = { name: "second", least: 0, most: 59 };

/** What is wrong with a calendar event; undefined when systemd takes it. */
export function calendarMistake(text: string): string | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length > 1 && /^utc$/i.test(words[words.length - 1] ?? "")) words.pop();
  const [start = ""] = words;
  if (words.length === 1 && shorthands.has(start.toLowerCase())) return undefined;
  if (/^[a-z]/i.test(start)) {
    const mistake = weekdaysMistake(start);
    if (mistake !== undefined) return mistake;
    words.shift();
  }
  const [first, second] = words;
  if (first === undefined) return undefined;
  if (second === undefined && isTime(first)) return timeMistake(first);
  if (words.length > 2 || !isDate(first)) return unreadable(text);
  if (second === undefined) return dateMistake(first);
  return isTime(second) ? (dateMistake(first) ?? timeMistake(second)) : unreadable(text);
}

/** Days and ranges of days: `mon,wed..fri`. A range does not go beyond Sunday. */
function weekdaysMistake(word: string): string | undefined {
  for (const item of word.split(",")) {
    const ends = item.split("..").map(dayNumber);
    const [from, to = from] = ends;
    if (from === undefined || to === undefined || ends.includes(undefined) || ends.length > 2) {
      return `${JSON.stringify(item)} is no day of the week, nor a range of them`;
    }
    if (from > to) return `${JSON.stringify(item)} ends before it begins`;
  }
  return undefined;
}

function dayNumber(text: string): number | undefined {
  const number = dayNames.findIndex((name) =>
    [name, name.slice(0, 3)].includes(text.toLowerCase()),
  );
  return number < 0 ? undefined : number;
}

function unreadable(text: string): string {
  return `${JSON.stringify(text)} is no calendar event`;
}

function isDate(word: string): boolean {
  return /^[^:-]+-[^:-]+(-[^:-]+)?$/.test(word);
}

function isTime(word: string): boolean {
  return /^[^:-]+:[^:-]+(:[^:-]+)?$/.test(word);
}

function dateMistake(word: string): string | undefined {
  const texts = word.split("-");
  return mistakeIn(texts, texts.length === 3 ? [year, month, dayOfMonth] : [month, dayOfMonth]);
}

function timeMistake(word: string): string | undefined {
  return mistakeIn(word.split(":"), [hour, minute, second]);
}

function mistakeIn(texts: readonly string[], parts: readonly Part[]): string | undefined {
  for (const [index, text] of texts.entries()) {
    const part = parts[index];
    const mistake = part && partMistake(text, part);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

/** `*`, or a list of numbers, ranges (`1..5`) and either with a step (`0/6`). */
function partMistake(text: string, part: Part): string | undefined {
  if (text === "*") return undefined;
  for (const item of text.split(",")) {
    const [, from, to, step] = /^(\d{1,4})(?:\.\.(\d{1,4}))?(?:\/(\d{1,4}))?$/.exec(item) ?? [];
    if (from === undefined) return `${JSON.stringify(item)} is no ${part.name}`;
    const ends = [Number(from), Number(to ?? from)] as const;
    if (ends.some((end) => end < part.least || end > part.most)) {
      return `the ${part.name} ${JSON.stringify(item)} is not from ${part.least} to ${part.most}`;
    }
    if (ends[0] > ends[1]) return `${JSON.stringify(item)} ends before it begins`;
    const last = to === undefined ? part.most : ends[1];
    if (step !== undefined && (Number(step) === 0 || ends[0] + Number(step) > last)) {
      return `the step of ${JSON.stringify(item)} never counts`;
    }
  }
  return undefined;
}
