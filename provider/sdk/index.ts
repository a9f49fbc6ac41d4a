export * from "./imageName";
export * from "./ownership";
export * from "./resources";
export * from "./shapes";
