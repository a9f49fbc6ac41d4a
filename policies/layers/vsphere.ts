/** Virtual machines, as the vSphere plugin gets them. */
import { guestinfo } from "../../provider/sdk/shapes";
import type { Resource } from "../core/resource";
import type { Machine, Other } from "../core/subjects";

export function virtualMachine(resource: Resource): Machine {
  const { inputs, name } = resource;
  const extra = () => inputs.at("extraConfig");
  return {
    kind: "machine",
    resource,
    layer: "vSphere",
    called: name,
    role: () => extra().at(guestinfo.role).text(),
    template: () => inputs.at("clone", "templateUuid").text(),
    cpus: () => inputs.at("numCpus").number(),
    memoryMiB: () => inputs.at("memory").number(),
    guestInfo: () =>
      extra()
        .entries()
        .map(([key, value]) => ({ name: key, value: () => value.text() })),
    tags: () => inputs.at("tags").texts(),
    folder: () => inputs.at("folder").text(),
    dataDisks: () =>
      inputs
        .at("disks")
        .items()
        .filter((disk) => (disk.at("unitNumber").number() ?? 0) > 0)
        .map((disk) => ({
          label: disk.at("label").text() ?? "",
          isKept: disk.at("keepOnRemove").boolean(),
        })),
  };
}

/** The machines of a cluster together, and the rules by which vSphere keeps some apart. */
export function vsphereOther(resource: Resource): Other {
  return {
    kind: "other",
    resource,
    layer: "vSphere",
    object: resource.type.split(":").at(-1) ?? "",
    namespace: "",
    called: resource.name,
    name: () => resource.name,
  };
}
