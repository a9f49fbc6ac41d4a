import * as pulumi from "@pulumi/pulumi";
import type * as vsphere from "@pulumi/vsphere";

/**
 * A VM as the vSphere provider makes it, with the outputs that Slipway reads. It is the same resource as
 * `vsphere.VirtualMachine`, whose class makes four promises for each of its 90 properties: a third of what a machine
 * costs the program. The provider comes from the options of its parent.
 */
export class Vm extends pulumi.CustomResource {
  /** BIOS UUID. */
  declare readonly uuid: pulumi.Output<string>;

  constructor(
    name: string,
    args: vsphere.VirtualMachineArgs,
    opts: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource },
  ) {
    super("vsphere:index/virtualMachine:VirtualMachine", name, { ...args, uuid: undefined }, opts);
  }
}
