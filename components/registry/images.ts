/** The program of the registry, with its one pinned version: what a site must mirror. `mirror` goes before the name. */
export const registryImages = { registry: "registry:3.1.2" } as const;
