export * from "./resources";
export * from "./shapes";
