import type { HandlerTable } from "./server/server";

/** What the provider manages, by type token. */
export const handlers: HandlerTable = {
  "slipway:index:MachineGeneration": async () =>
    (await import("./machines/handler")).machineGeneration,
  "slipway:index:Host": async () => (await import("./host/handler")).host,
  "slipway:index:Engine": async () => (await import("./engine/handler")).engine,
};
