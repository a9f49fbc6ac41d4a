/** What becomes of a violation: it is told, it stops the run, or nobody looks. */
export const levels = ["advisory", "mandatory", "disabled"] as const;
export type Level = (typeof levels)[number];

/** How bad a violation can get. */
export const severities = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];
