import { haproxyImage } from "../platform/images";

/** The programs of the scheduler, with their one pinned version: what a site must mirror. `mirror` goes before the name. */
export const schedulerImages = {
  swarmCronjob: "crazymax/swarm-cronjob:1.14.0",
  haproxy: haproxyImage,
} as const;
