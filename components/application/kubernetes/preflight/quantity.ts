/** What the number is divided by: a factor such as 0.001 would not be exact. */
const divisors: Readonly<Record<string, number>> = { m: 1e3, u: 1e6, n: 1e9 };
const factors: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * The number that a quantity of Kubernetes stands for: `250m`, `64Mi`, `1e3`.
 *
 * @throws Error for what is none.
 */
export function parseQuantity(text: string | number): number {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(n|u|m|k|[MGTPE]i?|Ki)?)$/.exec(
    String(text),
  );
  if (match === null) throw new Error(`${JSON.stringify(text)} is no quantity of Kubernetes`);
  const [, number = "", exponent = "", suffix = ""] = match;
  const value = Number(`${number}${exponent}`);
  const divisor = divisors[suffix];
  return divisor === undefined ? value * (factors[suffix] ?? 1) : value / divisor;
}
