import { haproxyImage } from "../platform/images";

/** The programs of the ingress, with their one pinned version: what a site must mirror. `mirror` goes before the name. */
export const ingressImages = {
  traefik: "traefik:v3.6.0",
  haproxy: haproxyImage,
} as const;
