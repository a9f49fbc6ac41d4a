export { loadCompose, type LoadedCompose } from "./load";
export type { LoadComposeOptions } from "./loading";
export * from "./model";
export * from "./slipway";
