const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

/** Nanoseconds of a Compose duration such as `1m30s`, `1.5h` or `2d`; undefined for anything else. */
export function parseComposeDuration(text: string): bigint | undefined {
  if (text === "0") return 0n;
  if (text === "") return undefined;
  let rest = text;
  let sum = 0n;
  while (rest !== "") {
    const part = /^(\d*)(?:\.(\d*))?([a-zµμ]+)/.exec(rest);
    const [whole = "", integer = "", fraction = "", unit = ""] = part ?? [];
    const size = nanoseconds[unit];
    if (size === undefined || integer + fraction === "") return undefined;
    sum += BigInt(integer || "0") * size;
    if (fraction !== "") sum += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
    rest = rest.slice(whole.length);
  }
  return sum;
}

/** A duration as Go writes it: `10s`, `1m30s`, `1h0m0s`, `300ms`, `0s`. */
export function goDuration(duration: bigint): string {
  if (duration === 0n) return "0s";
  for (const unit of ["ns", "µs", "ms"] as const) {
    const size = nanoseconds[unit] ?? 1n;
    if (duration < size * 1000n) return `${decimal(duration, size)}${unit}`;
  }
  const minute = 60_000_000_000n;
  const hours = duration / (60n * minute);
  const minutes = (duration / minute) % 60n;
  const seconds = `${decimal(duration % minute, 1_000_000_000n)}s`;
  if (hours > 0n) return `${hours.toString()}h${minutes.toString()}m${seconds}`;
  return minutes > 0n ? `${minutes.toString()}m${seconds}` : seconds;
}

/** A quotient by a power of ten, without zeros at its end. */
function decimal(value: bigint, unit: bigint): string {
  const whole = (value / unit).toString();
  const digits = unit.toString().length - 1;
  const fraction = (value % unit).toString().padStart(digits, "0").replace(/0+$/, "");
  return fraction === "" || digits === 0 ? whole : `${whole}.${fraction}`;
}
