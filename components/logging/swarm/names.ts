import { namespace } from "../names";

/** Services, by program. */
export const services = {
  collector: `${namespace}_collector`,
  gateway: `${namespace}_gateway`,
  store: `${namespace}_store`,
  keeper: `${namespace}_keeper`,
  dashboards: `${namespace}_dashboards`,
} as const;

/** The volume with the lines. It stays when the services go. */
export const volume = `${namespace}_store`;
