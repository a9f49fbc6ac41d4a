import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse, parseAllDocuments } from "yaml";
import type { Authority } from "../../components/support/authority";
import type { MachineRole } from "../../../../provider/sdk";
import { FakeApi, type Stored } from "./api";
import { done, FakeHost, Programs, refused, type Answer, type Call } from "./machine";

export interface FakeMachine {
  readonly machine: string;
  readonly role: MachineRole;
  readonly address: string;
  readonly vmUuid?: string;
  readonly host: FakeHost;
  /** Does not answer over SSH. */
  silent?: boolean;
}

export interface Member {
  readonly id: bigint;
  readonly name: string;
  readonly peer: string;
  healthy: boolean;
}

/** What the template carries. */
const firstVersion = "1.34.1";
const manifests = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"];

/**
 * Machines with kubeadm, kubectl and etcd that answer as the real ones do, as far as files, objects and members go:
 * what they would start does not exist.
 */
export class FakeCluster {
  readonly machines: FakeMachine[] = [];
  readonly api = new FakeApi();
  readonly members: Member[] = [];
  readonly tokens = new Set<string>();
  /** Every call of kubeadm, kubectl and systemctl that was not a question. */
  readonly log: string[] = [];
  /** Configurations that kubeadm was given, by command. */
  readonly configs: { readonly command: string; readonly text: string }[] = [];
  /** Answers in the place of a program; `undefined` leaves it to the cluster. */
  intercept: (call: Call) => Answer | undefined = () => undefined;
  uid: string | undefined;
  private added = 0;
  private nextId = 11400714819323198485n;

  private constructor(
    private readonly authority: Authority,
    private readonly programs: Programs,
  ) {}

  static async start(authority: Authority): Promise<FakeCluster> {
    const programs = await Programs.start((call) => cluster.answer(call));
    const cluster = new FakeCluster(authority, programs);
    return cluster;
  }

  stop(): void {
    this.programs.stop();
  }

  add(
    machine: string,
    role: MachineRole = machine.startsWith("control") ? "controlPlane" : "worker",
    { generation, vm }: { generation?: number; vm?: string } = {},
  ): FakeMachine {
    const nodeName = generation === undefined ? `lab-${machine}` : `lab-${machine}-g${generation}`;
    const address = `10.0.0.${10 + this.added++}`;
    const host = new FakeHost(machine, nodeName, address, this.programs, (call) =>
      this.answer(call),
    );
    const vmUuid = vm ?? (generation === undefined ? undefined : `vm-${nodeName}`);
    const one = { machine, role, address, vmUuid, host };
    this.machines.push(one);
    return one;
  }

  /** The VM is gone, with its disk and its kubelet. */
  destroy(machine: FakeMachine): void {
    this.machines.splice(this.machines.indexOf(machine), 1);
    machine.host.remove("/");
    this.fallSilent(machine.host.nodeName);
  }

  fallSilent(nodeName: string): void {
    const node = this.api.get("node", nodeName);
    if (node !== undefined) setReady(node, "Unknown");
    const member = this.members.find(({ name }) => name === nodeName);
    if (member !== undefined) member.healthy = false;
  }

  node(machine: string): Stored {
    const found = this.api.list("node").find(({ metadata }) => metadata.name.includes(machine));
    if (found === undefined) throw new Error(`no node of ${machine}`);
    return found;
  }

  private versionOf(nodeName: string, program: string): string {
    return this.hostOf(nodeName).exchanged(program) ?? firstVersion;
  }

  private hostOf(nodeName: string): FakeHost {
    const found = this.machines.find(({ host }) => host.nodeName === nodeName);
    if (found === undefined) throw new Error(`no host ${nodeName}`);
    return found.host;
  }

  private answer(call: Call): Answer {
    const question = /^(get|version|status|is-active|is-enabled|cat)$/.test(call.args[0] ?? "");
    if (["kubeadm", "systemctl", "kubectl"].includes(call.name) && !question) {
      const shown = call.args.filter((arg) => !/^--(kubeconfig|server|request-timeout)/.test(arg));
      if (!["get", "--version"].includes(shown[0] ?? ""))
        this.log.push(
          `${call.host}: ${call.name} ${shown.join(" ").replaceAll(/\S*\/slipway-hosts-[^/]*\/[^/]*/g, "")}`,
        );
    }
    return this.intercept(call) ?? this.ordinary(call);
  }

  private ordinary({ host, name, args, stdin }: Call): Answer {
    switch (name) {
      case "uname":
        return done(`${host}\n`);
      case "modprobe":
        return refused("");
      case "systemctl":
        return this.systemctl(host, args);
      case "ip":
        return done(`2: ens192    inet ${this.hostOf(host).address}/24 scope global ens192\n`);
      case "kubelet":
        return done(`Kubernetes v${this.versionOf(host, "kubelet")}\n`);
      case "containerd":
        return done("containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20\n");
      case "kubeadm":
        return this.kubeadm(this.hostOf(host), args);
      case "kubectl":
        return this.kubectl(this.hostOf(host), args, stdin);
      default:
        return done();
    }
  }

  private systemctl(host: string, args: readonly string[]): Answer {
    if (args[0] === "is-active") return refused("", 3);
    if (args.includes("restart") && args.includes("kubelet.service")) {
      const node = this.api.get("node", host);
      if (node !== undefined)
        node.status.nodeInfo = { kubeletVersion: `v${this.versionOf(host, "kubelet")}` };
    }
    return done();
  }

  private kubeadm(host: FakeHost, args: readonly string[]): Answer {
    const [command = "", second = "", third = ""] = args;
    const version = this.versionOf(host.nodeName, "kubeadm");
    const index = args.indexOf("--config");
    const config = index < 0 ? "" : readFileSync(args[index + 1] ?? "", "utf8");
    if (index >= 0) this.configs.push({ command: `${command} ${second}`, text: config });
    switch (command) {
      case "version":
        return done(`v${version}\n`);
      case "init":
        return second === "phase" ? done() : this.init(host, config);
      case "join":
        return this.join(host, config);
      case "reset":
        return this.reset(host);
      case "token":
        if (second === "delete") {
          for (const token of this.tokens)
            if (token.startsWith(args.at(-1) ?? "-")) this.tokens.delete(token);
          return done();
        }
        this.tokens.add("abcdef.0123456789abcdef");
        return done("abcdef.0123456789abcdef\n");
      case "upgrade":
        return this.upgrade(second, third);
      case "certs":
        return this.certs(host, second);
      default:
        return refused(`unknown command ${command}`);
    }
  }

  private init(host: FakeHost, config: string): Answer {
    const [first, cluster] = parseAllDocuments(config).map(
      (one) => one.toJS() as Record<string, unknown>,
    );
    const ignored =
      (first?.nodeRegistration as { ignorePreflightErrors?: string[] }).ignorePreflightErrors ?? [];
    if (host.has("/var/lib/etcd/member") && !ignored.includes("DirAvailable--var-lib-etcd"))
      return refused("[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty");
    this.makeControlPlane(host);
    this.uid ??= "11111111-2222-3333-4444-555555555555";
    this.api.put("namespace", { metadata: { name: "kube-system", uid: this.uid } });
    this.api.put("namespace", { metadata: { name: "default", uid: randomUUID() } });
    this.api.put("configmap", {
      metadata: { name: "kubeadm-config", namespace: "kube-system" },
      data: { ClusterConfiguration: JSON.stringify(cluster) },
    });
    this.register(host, true);
    return done();
  }

  private makeControlPlane(host: FakeHost): void {
    for (const name of manifests)
      host.write(`/etc/kubernetes/manifests/${name}.yaml`, `metadata: { name: ${name} }\n`);
    host.write("/etc/kubernetes/admin.conf");
    host.write("/etc/kubernetes/pki/ca.crt", this.authority.pem);
    host.write("/etc/kubernetes/pki/apiserver.crt", this.authority.pem);
    host.write("/var/lib/etcd/member/snap");
    if (!this.members.some(({ name }) => name === host.nodeName))
      this.members.push({
        id: this.nextId++,
        name: host.nodeName,
        peer: `https://${host.address}:2380`,
        healthy: true,
      });
  }

  private join(host: FakeHost, config: string): Answer {
    const { discovery, controlPlane } = parse(config) as {
      discovery: { bootstrapToken: { token: string; caCertHashes: string[] } };
      controlPlane?: { certificateKey?: string };
    };
    if (!this.tokens.has(discovery.bootstrapToken.token)) return refused("invalid token");
    if (host.has("/etc/kubernetes/kubelet.conf"))
      return refused("[ERROR FileAvailable--etc-kubernetes-kubelet.conf]: exists");
    if (controlPlane !== undefined) {
      if (controlPlane.certificateKey?.length !== 64) return refused("no certificate key");
      this.makeControlPlane(host);
    }
    this.register(host, controlPlane !== undefined);
    return done();
  }

  private register(host: FakeHost, isControlPlane: boolean): void {
    const { nodeName, address } = host;
    host.write("/etc/kubernetes/kubelet.conf");
    host.write("/etc/kubernetes/pki/ca.crt", this.authority.pem);
    const label = "node-role.kubernetes.io/control-plane";
    this.api.put("node", {
      metadata: {
        name: nodeName,
        labels: { "kubernetes.io/hostname": nodeName, ...(isControlPlane && { [label]: "" }) },
        annotations: {},
      },
      spec: { ...(isControlPlane && { taints: [{ key: label, effect: "NoSchedule" }] }) },
      status: {
        addresses: [{ type: "InternalIP", address }],
        nodeInfo: { kubeletVersion: `v${this.versionOf(nodeName, "kubelet")}` },
        conditions: [
          {
            type: "Ready",
            status: "False",
            reason: "KubeletNotReady",
            message:
              "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
          },
        ],
      },
    });
    if (isControlPlane)
      this.api.put("pod", {
        metadata: {
          name: `etcd-${nodeName}`,
          namespace: "kube-system",
          labels: { component: "etcd" },
          ownerReferences: [{ kind: "Node", name: nodeName }],
        },
        spec: { nodeName, containers: [] },
        status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
      });
  }

  private reset(host: FakeHost): Answer {
    const { nodeName } = host;
    host.remove("/etc/kubernetes/manifests");
    host.remove("/etc/kubernetes/pki");
    for (const name of ["kubelet", "admin"]) host.remove(`/etc/kubernetes/${name}.conf`);
    this.api.delete("pod", `etcd-${nodeName}`, "kube-system");
    this.fallSilent(nodeName);
    return done();
  }

  private upgrade(what: string, version: string): Answer {
    const stored = this.api.get("configmap", "kubeadm-config", "kube-system");
    const config = JSON.parse(stored?.data?.ClusterConfiguration ?? "{}") as Record<string, string>;
    if (what === "apply" && stored !== undefined)
      stored.data = {
        ClusterConfiguration: JSON.stringify({ ...config, kubernetesVersion: version }),
      };
    return done();
  }

  private certs(host: FakeHost, what: string): Answer {
    if (what !== "check-expiration") return done();
    const expirationDate = host.has("/expires") ? host.read("/expires") : "2099-01-01T00:00:00Z";
    return done(JSON.stringify({ certificates: [{ name: "apiserver", expirationDate }] }));
  }

  private kubectl(host: FakeHost, args: readonly string[], stdin: string): Answer {
    const words = args.filter((arg) => !/^--(kubeconfig|server|request-timeout)=/.test(arg));
    const { nodeName } = host;
    if (words[0] === "version")
      return done(`Client Version: v${this.versionOf(nodeName, "kubectl")}\n`);
    const member = this.members.find(({ name }) => name === nodeName);
    const healthy = this.members.filter((one) => one.healthy).length;
    if (
      !host.has("/etc/kubernetes/manifests/kube-apiserver.yaml") ||
      member?.healthy !== true ||
      healthy * 2 <= this.members.length
    )
      return refused(
        "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?",
      );
    if (words[0] === "exec") return this.etcd(words.slice(words.indexOf("--") + 1));
    if (words[0] === "drain") {
      const node = this.api.get("node", words[1] ?? "");
      if (node !== undefined) node.spec.unschedulable = true;
      return done();
    }
    return this.api.kubectl(words, stdin);
  }

  private etcd(words: readonly string[]): Answer {
    if (words.includes("list"))
      return done(
        `{"header":{"cluster_id":1},"members":[${this.members
          .map(
            ({ id, name, peer }) =>
              `{"ID":${String(id)},"name":"${name}","peerURLs":["${peer}"],"clientURLs":["${peer.replace("2380", "2379")}"]}`,
          )
          .join(",")}]}`,
      );
    if (words.includes("health")) {
      const stdout = JSON.stringify(
        this.members.map(({ peer, healthy }) => ({
          endpoint: peer.replace("2380", "2379"),
          health: healthy,
        })),
      );
      const code = this.members.every(({ healthy }) => healthy) ? 0 : 1;
      return {
        code,
        stdout,
        stderr: code === 0 ? "" : "Error: unhealthy cluster\ncommand terminated with exit code 1",
      };
    }
    const gone = this.members.findIndex(({ id }) => id.toString(16) === words.at(-1));
    if (gone < 0) return refused("Error: etcdserver: member not found");
    this.members.splice(gone, 1);
    return done();
  }
}

export function setReady(node: Stored, status: "True" | "False" | "Unknown"): void {
  node.status.conditions = [{ type: "Ready", status, reason: "test", message: "test" }];
}
