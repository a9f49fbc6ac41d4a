export * from "./imageName";
export * from "./kubernetesResources";
export * from "./ownership";
export type { Args } from "./resource";
export * from "./resources";
export * from "./shapes";
