import type { Pod } from "./api/objects";

/** A pod whose containers are all ready. */
export function isReadyPod({ status }: Pod): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true
  );
}
