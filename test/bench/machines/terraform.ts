import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { userData } from "../../../components/machines/cloudInit/userData";
import { guestinfo } from "../../../provider/sdk/shapes";
import { measure, type Usage } from "../support/measure";
import { machine, user, type Driver, type Step } from "./driver";

const planFile = "plan.bin";

const commands: Readonly<Record<Step, readonly string[]>> = {
  preview: ["plan"],
  up: ["apply", "-auto-approve"],
  // Fails where there is a change.
  "unchanged-preview": ["plan", "-detailed-exitcode"],
  unchanged: ["apply", "-auto-approve"],
  destroy: ["destroy", "-auto-approve"],
  "up-alone": ["apply", planFile],
};

/** The same look-ups and the same VMs. */
const configuration = (count: number, server: string): string => `
terraform {
  required_providers {
    vsphere = { source = "hashicorp/vsphere" }
  }
}
provider "vsphere" {
  vsphere_server       = "${server}"
  allow_unverified_ssl = true
}
data "vsphere_datacenter" "it" {
  name = "${machine.datacenter}"
}
data "vsphere_compute_cluster" "it" {
  name          = "${machine.computeCluster}"
  datacenter_id = data.vsphere_datacenter.it.id
}
data "vsphere_datastore" "it" {
  name          = "${machine.datastore}"
  datacenter_id = data.vsphere_datacenter.it.id
}
data "vsphere_network" "it" {
  name          = "${machine.network}"
  datacenter_id = data.vsphere_datacenter.it.id
}
data "vsphere_folder" "it" {
  path = "/${machine.datacenter}/vm/${machine.folder}"
}
data "vsphere_virtual_machine" "template" {
  name          = "${machine.template}"
  datacenter_id = data.vsphere_datacenter.it.id
}
resource "vsphere_virtual_machine" "it" {
  for_each                    = toset([for index in range(${count}) : "peer-\${index}"])
  name                        = each.key
  resource_pool_id            = data.vsphere_compute_cluster.it.resource_pool_id
  datastore_id                = data.vsphere_datastore.it.id
  folder                      = "${machine.folder}"
  num_cpus                    = ${machine.numCpus}
  memory                      = ${machine.memoryMiB}
  guest_id                    = data.vsphere_virtual_machine.template.guest_id
  scsi_type                   = data.vsphere_virtual_machine.template.scsi_type
  firmware                    = data.vsphere_virtual_machine.template.firmware
  wait_for_guest_net_timeout  = 0
  wait_for_guest_ip_timeout   = 0
  network_interface {
    network_id   = data.vsphere_network.it.id
    adapter_type = data.vsphere_virtual_machine.template.network_interface_types[0]
  }
  disk {
    label            = "disk0"
    size             = ${machine.diskGiB}
    thin_provisioned = data.vsphere_virtual_machine.template.disks[0].thin_provisioned
    eagerly_scrub    = data.vsphere_virtual_machine.template.disks[0].eagerly_scrub
  }
  clone {
    template_uuid = data.vsphere_virtual_machine.template.id
  }
  extra_config = {
    "guestinfo.metadata"          = base64encode("instance-id: \${each.key}\\nlocal-hostname: \${each.key}\\n")
    "guestinfo.metadata.encoding" = "base64"
    "guestinfo.userdata"          = base64encode(file("user-data"))
    "guestinfo.userdata.encoding" = "base64"
    "${guestinfo.cluster}"        = "terraform/bench"
    "${guestinfo.machine}"        = each.key
    "${guestinfo.role}"           = "worker"
  }
}
output "uuids" {
  value = [for vm in vsphere_virtual_machine.it : vm.uuid]
}
`;

/** Terraform with the same vSphere provider. */
export class Terraform implements Driver {
  readonly prefix = "peer-";

  private constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @throws when no Terraform is on the PATH. */
  static find(): void {
    try {
      execFileSync("terraform", ["version"], { stdio: "ignore" });
    } catch {
      throw new Error(
        "this benchmark is paired with Terraform, and there is none on the PATH; install Terraform 1.5 or later",
      );
    }
  }

  /**
   * @param count number of machines; with 0, a configuration that makes nothing.
   * @param provider program of the vSphere provider.
   */
  static create(
    folder: string,
    count: number,
    env: NodeJS.ProcessEnv,
    provider: string,
  ): Terraform {
    mkdirSync(folder, { recursive: true });
    const write = (name: string, content: string) => {
      writeFileSync(path.join(folder, name), content);
    };
    const server = env.VSPHERE_SERVER ?? "";
    write(
      "main.tf",
      count === 0 ? 'output "nothing" { value = 0 }\n' : configuration(count, server),
    );
    write("user-data", cloudConfig(env.SLIPWAY_SSH_PRIVATE_KEY_FILE ?? ""));
    // The provider that the tool chain has built, and no registry.
    write(
      "terraformrc",
      `provider_installation {\n  dev_overrides { "hashicorp/vsphere" = "${path.dirname(provider)}" }\n  direct {}\n}\n`,
    );
    return new Terraform(folder, {
      ...env,
      TF_CLI_CONFIG_FILE: path.join(folder, "terraformrc"),
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
    });
  }

  async run(step: Step): Promise<Usage> {
    if (step === "up-alone") await this.terraform(["plan", `-out=${planFile}`]);
    return this.terraform(commands[step]);
  }

  private terraform([command = "", ...args]: readonly string[]): Promise<Usage> {
    const all = [command, "-input=false", "-no-color", ...args];
    return measure("terraform", all, { cwd: this.folder, env: this.env });
  }
}

/** What Slipway gives its machines. */
function cloudConfig(privateKeyFile: string): string {
  return userData({
    user,
    publicKey: readFileSync(`${privateKeyFile}.pub`, "utf8").trim(),
    os: { ntp: [], caCertificates: [] },
    dataDisk: false,
    hostKeyVariable: guestinfo.sshHostKey,
  });
}
