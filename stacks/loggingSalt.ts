import { derived } from "../components/platform/derived";

/** What names of secrets are made with. @param secret of the cluster, which stays and nobody else has */
export function saltOf(secret: string): string {
  return derived(secret, "names of secrets of logging");
}
