export { robotPassword } from "./accounts";
export { type RegistrySecrets } from "./files";
export { registryImages } from "./images";
export { robots } from "./names";
export { ownRegistry, registryHosts, type OwnRegistrySpec, type RegistryHosts } from "./own";
export { Registry, type RegistryArgs } from "./registry";
