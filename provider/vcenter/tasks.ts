import { bareName, child, referenceOf, textOf, type Node, type Reference } from "./soap";

/** A task of vCenter. */
export interface Task {
  readonly key: string;
  /** What is done (`VirtualMachine.clone`). */
  readonly operation: string;
  readonly state: "queued" | "running" | "success" | "error";
  /** What it is done to. */
  readonly entity?: Reference;
  readonly entityName?: string;
  /** What it made, for a clone. */
  readonly result?: Reference;
  /** Type of the fault, when it failed. */
  readonly fault?: string;
  /** vCenter's message, when it failed. */
  readonly error?: string;
  readonly started?: string;
}

const states = ["queued", "running", "success", "error"] as const;

/** A TaskInfo of vCenter's answer. */
export function parseTask(info: Node | undefined): Task {
  const text = (name: string) => textOf(child(info, name));
  const error = child(info, "error");
  const fault = textOf(child(child(error, "fault"), "@xsi:type"));
  return {
    key: text("key") ?? "",
    operation: text("descriptionId") ?? text("name") ?? "",
    state: states.find((state) => state === text("state")) ?? "running",
    entity: referenceOf(child(info, "entity")),
    entityName: text("entityName"),
    result: referenceOf(child(info, "result")),
    fault: fault === undefined ? undefined : bareName(fault),
    error: textOf(child(error, "localizedMessage")),
    started: text("startTime"),
  };
}
