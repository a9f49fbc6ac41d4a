/** A package's version without epoch (`5:`), the part that the engine reports of itself comes first. */
export function bareVersion(version: string): string {
  return version.replace(/^\d+:/, "");
}

/** Whether a full version is one of the wanted prefix: `20.10` covers `20.10.24+dfsg1`, not `20.100.1`. */
export function matchesVersion(full: string, prefix: string): boolean {
  const bare = bareVersion(full);
  return bare === prefix || (bare.startsWith(prefix) && /^[^0-9]/.test(bare.slice(prefix.length)));
}

/** The numbers at the start of a version: `20.10.24+dfsg1` → 20, 10, 24. */
function numbersOf(version: string): readonly number[] {
  const numbers = /^\d+(\.\d+)*/.exec(bareVersion(version))?.[0] ?? "";
  return numbers.split(".").map(Number);
}

/** Whether going from one version to the wanted prefix would be a step back. */
export function isDowngrade(from: string, toPrefix: string): boolean {
  const have = numbersOf(from);
  const want = numbersOf(toPrefix);
  for (const [index, number] of want.entries()) {
    const current = have[index] ?? 0;
    if (number !== current) return number < current;
  }
  return false;
}

/** The first version of `apt-cache madison` (newest first) that has the prefix, in apt's own spelling. */
export function candidateOf(madison: string, prefix: string): string | undefined {
  return versionsOf(madison).find((version) => matchesVersion(version, prefix));
}

/** Versions in `apt-cache madison`'s lines: `docker.io | 20.10.24+dfsg1-1+deb12u1 | <repository> …`. */
export function versionsOf(madison: string): readonly string[] {
  return madison.split("\n").flatMap((line) => {
    const version = line.split("|")[1]?.trim();
    return version === undefined || version === "" ? [] : [version];
  });
}
