import type { Summary } from "./evidence";

/** The least that makes an audit fail, from what is worst to nothing at all. */
export const failOn = ["mandatory", "advisory", "undetermined", "never"] as const;
export type FailOn = (typeof failOn)[number];

/** @returns what an audit has found that makes it fail, for people; `undefined` where nothing does. */
export function failureOf({ violated, undetermined }: Summary, line: FailOn): string | undefined {
  if (line === "never") return undefined;
  const found = [
    ...(violated.mandatory > 0 ? [`${violated.mandatory} mandatory`] : []),
    ...(line !== "mandatory" && violated.advisory > 0 ? [`${violated.advisory} advisory`] : []),
    ...(line === "undetermined" && undetermined > 0 ? [`${undetermined} undetermined`] : []),
  ];
  return found.length === 0 ? undefined : `found ${found.join(", ")}`;
}
