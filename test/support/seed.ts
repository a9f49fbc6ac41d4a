import { createHash, randomBytes } from "node:crypto";

/** Random numbers that the same seed brings again. */
export class Seed {
  private count = 0;

  /** @param text Default: what `SLIPWAY_TEST_SEED` says, else a new one. */
  constructor(
    readonly text: string = process.env.SLIPWAY_TEST_SEED ?? randomBytes(4).toString("hex"),
  ) {}

  /** A whole number from 0 to below the limit. */
  below(limit: number): number {
    this.count++;
    const digest = createHash("sha256").update(`${this.text}:${this.count}`).digest();
    return digest.readUInt32BE() % limit;
  }
}
