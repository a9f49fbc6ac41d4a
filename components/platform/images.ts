/**
 * HAProxy, pinned: the filters before the Swarm's API are made of it. 2.6 is the long-term branch that Debian 12 ships,
 * which is what the lab's registry has.
 */
export const haproxyImage = "haproxy:2.6.12";

/** Full name of an image: the file's own, or the pinned one under the site's mirror. */
export function imageName(
  pinned: string,
  { own, mirror }: { readonly own?: string; readonly mirror?: string },
): string {
  if (own !== undefined) return own;
  return mirror === undefined ? pinned : `${mirror.replace(/\/+$/, "")}/${pinned}`;
}
