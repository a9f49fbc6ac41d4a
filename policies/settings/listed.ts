/** Where to look for a rule that is not there. @param meant the one that looks like it */
export function listed(meant: string | undefined): string {
  const lists = "docs/reference/policies.md lists all";
  return meant === undefined ? lists : `did you mean ${meant}? ${lists}`;
}
