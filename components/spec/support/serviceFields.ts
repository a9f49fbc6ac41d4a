import type { FieldSupport, Honoured, Ignored, Refused, Treatment } from "./types";

const honours: Honoured = { does: "honours" };
const how = (text: string): Honoured => ({ does: "honours", how: text });
const ignores = (why: string): Ignored => ({ does: "ignores", why });
const refuses = (why: string): Refused => ({ does: "refuses", why });

function service(
  field: string,
  swarm: Treatment,
  kubernetes: Treatment,
  when?: FieldSupport["when"],
): FieldSupport {
  return { field: `services.*.${field}`, swarm, kubernetes, ...(when && { when }) };
}

/** The same on both. */
function both(field: string, treatment: Treatment, when?: FieldSupport["when"]): FieldSupport {
  return service(field, treatment, treatment, when);
}

const notOnNode = "is of one machine, and services run on many; remove it";
const limitsInDeploy = "is not known to orchestrators; use deploy.resources.limits";
const noNodeAccess = "would give the container the node; policies of the cluster stand against it";

const isTrue = (value: unknown) => value === true;

/** Fields of services, in the order of the alphabet within each group. */
export const serviceFields: readonly FieldSupport[] = [
  both("image", how("pinned to its digest when it is deployed")),
  both("build", ignores("images are not built here; build and push the image that `image` names")),
  both("develop", ignores("is for work on one's own machine")),
  both("command", honours),
  both("entrypoint", honours),
  service("environment", honours, how("`{{.Task.Name}}` and `{{.Node.Hostname}}` too")),
  both("env_file", how("read when it is deployed, merged into `environment`")),
  both("extends", honours),
  both("profiles", how("active ones: `slipway:profiles`")),
  service("user", honours, how("by number")),
  both("working_dir", honours),
  both("init", how("Kubernetes: a shared process namespace with a pause process")),
  service("hostname", honours, how("the pod's host name")),
  both("domainname", refuses("is not known to orchestrators; give the full name in hostname")),
  both(
    "container_name",
    ignores(
      "containers of a service have names of their own; others reach it by the service's name",
    ),
  ),
  service(
    "labels",
    how("labels of the containers"),
    how("labels of the pods; what no label can be is an annotation"),
  ),
  both("label_file", how("read when it is deployed, merged into `labels`")),
  service("annotations", ignores("Swarm has labels only; use labels"), honours),
  both("attach", ignores("is for `docker compose up`")),
  both("tty", honours),
  both("stdin_open", honours),
  both("read_only", honours),
  service(
    "stop_signal",
    honours,
    ignores("is the image's own on Kubernetes; build it in (STOPSIGNAL)"),
  ),
  service(
    "stop_grace_period",
    honours,
    how("and before it 5 s in which the pod serves on while nobody is sent to it any more"),
  ),
  both("scale", how("as deploy.replicas, where that is not there")),
  both("restart", how("as deploy.restart_policy, where that is not there")),
  both("platform", ignores("tasks are placed by the platforms that the image is built for")),
  both("pull_policy", ignores("images have digests: a node that has one need not pull it")),
  both("pull_refresh_after", ignores("images have digests: a node that has one need not pull it")),
  both("models", refuses("models are no part of a deployment; run one as a service")),
  both("runtime", refuses("is a setting of the node's engine; remove it")),
  both("provider", refuses("is for `docker compose up`; run what it provides as a service")),

  service("cap_add", honours, how("as far as `x-slipway.podSecurity` allows")),
  both("cap_drop", honours),
  both("privileged", refuses(`${noNodeAccess}; use cap_add for what is needed`), isTrue),
  both("security_opt", refuses("is not known to Swarm services; remove it")),
  service("group_add", honours, how("by number")),
  both("userns_mode", refuses(noNodeAccess)),
  service(
    "sysctls",
    honours,
    how("those that are safe for other pods; others with `x-slipway.podSecurity: privileged`"),
  ),
  service(
    "ulimits",
    honours,
    ignores("are settings of the nodes' container runtime on Kubernetes; set them there"),
  ),
  both("credential_spec", refuses("is for Windows nodes")),
  both("isolation", refuses("is for Windows nodes")),
  both("use_api_socket", refuses(noNodeAccess), isTrue),

  service(
    "ports",
    how("`mode: ingress` goes through the routing mesh, which needs IPVS"),
    how(
      "30000 to 32767 on every node (NodePort), others by a load balancer; `mode: host` with `x-slipway.podSecurity: privileged`",
    ),
  ),
  service(
    "ports[].host_ip",
    refuses("is not known to Swarm, which would publish the port on every address of the node"),
    refuses(
      "is not known to Kubernetes, which would publish the port on every address of the node",
    ),
  ),
  service(
    "ports[].published",
    refuses("is a range, and Swarm publishes one port for one; list them one by one"),
    refuses("is a range, and Kubernetes publishes one port for one; list them one by one"),
    (value) => String(value).includes("-"),
  ),
  service("ports[].name", ignores("has no meaning on Swarm"), honours),
  service("ports[].app_protocol", ignores("has no meaning on Swarm"), honours),
  service(
    "expose",
    ignores("services of one network reach each other at every port"),
    how(
      "the ports of the service's own address; one without ports is reached at its pods' addresses",
    ),
  ),
  service(
    "networks",
    how("with the service's key as an alias"),
    how("NetworkPolicies; a Service with the key as its name, in small letters, digits and `-`"),
  ),
  service("networks.*.aliases", honours, how("a Service for each, without dots")),
  service("networks.*.driver_opts", honours, ignores("the pod network has its own settings")),
  both(
    "networks.*.ipv4_address",
    refuses("tasks of a service have addresses of their own; use names"),
  ),
  both(
    "networks.*.ipv6_address",
    refuses("tasks of a service have addresses of their own; use names"),
  ),
  both("networks.*.link_local_ips", refuses("tasks of a service have addresses of their own")),
  both("networks.*.mac_address", refuses("tasks of a service have addresses of their own")),
  both("networks.*.priority", ignores("has no meaning for services of a cluster")),
  both("networks.*.gw_priority", ignores("has no meaning for services of a cluster")),
  both("networks.*.interface_name", ignores("names of interfaces are the engine's")),
  both(
    "network_mode",
    refuses("is not known to orchestrators; name networks, or publish a port with `mode: host`"),
    (value) => value !== "bridge" && value !== "default",
  ),
  service("dns", honours, how("asked where the cluster's own does not answer")),
  both("dns_opt", honours),
  both("dns_search", honours),
  both("extra_hosts", honours),
  both("links", ignores("services of one network reach each other by name")),
  both(
    "external_links",
    refuses("reaches containers of one engine; use a network and its aliases"),
  ),
  both("mac_address", refuses("tasks of a service have addresses of their own")),

  service(
    "volumes",
    how("named volumes, host paths, tmpfs"),
    how(
      "a claim for each named volume, in one task only unless it is shared; nothing is copied into it; paths of the node with `x-slipway.podSecurity: privileged`",
    ),
  ),
  both(
    "volumes[].type",
    refuses("is not known here; use volume, bind or tmpfs"),
    (value) => !["volume", "bind", "tmpfs"].includes(String(value)),
  ),
  both("volumes[].consistency", ignores("has no meaning on Linux")),
  service("volumes[].bind.propagation", honours, honours),
  both(
    "volumes[].bind.create_host_path",
    ignores("host paths are not made on the nodes: the path must be there"),
  ),
  both("volumes[].bind.recursive", ignores("has no meaning for services of a cluster")),
  both(
    "volumes[].bind.selinux",
    refuses("is not known to orchestrators; label the path on the nodes"),
  ),
  service("volumes[].volume.nocopy", honours, ignores("Kubernetes copies nothing into a volume")),
  service(
    "volumes[].volume.subpath",
    refuses("needs a newer engine than Slipway supports; use a volume of its own"),
    honours,
  ),
  both("volumes_from", refuses("is of one engine; name the volumes in both services")),
  both("tmpfs", honours),
  both("storage_opt", refuses("is a setting of the node's engine")),
  both("shm_size", refuses("is not known to orchestrators; mount a tmpfs on /dev/shm")),

  service("configs", honours, how("of root, readable by the group that `gid` names")),
  service(
    "secrets",
    how("under /run/secrets"),
    how("under /run/secrets; of root, readable by the group that `gid` names"),
  ),

  both("depends_on", how("an update waits until what it depends on runs what it should")),
  service(
    "depends_on.*.restart",
    ignores("services are not restarted with what they depend on"),
    ignores("services are not restarted with what they depend on"),
    isTrue,
  ),
  service(
    "healthcheck",
    how("a task gets requests when it is healthy"),
    how(
      "readiness and liveness; startup where there is a `start_period`; `x-slipway` says otherwise",
    ),
  ),
  service(
    "healthcheck.start_interval",
    ignores("needs a newer engine than Slipway supports; interval is used"),
    how("the startup probe's period"),
  ),
  service(
    "logging",
    how("the engine's own where it is not given"),
    ignores(
      "the nodes' container runtime writes all logs, and the cluster's logging collects them",
    ),
  ),
  both("post_start", refuses("is not known to Swarm; do it in the image's entry point")),
  both("pre_stop", refuses("is not known to Swarm; handle the stop signal in the program")),

  service(
    "deploy.mode",
    honours,
    how("Deployment, DaemonSet or Job; StatefulSet where it has a named volume; no `global-job`"),
  ),
  both("deploy.replicas", honours),
  service(
    "deploy.endpoint_mode",
    how("`vip` needs IPVS in every node's kernel"),
    how("headless Service for dnsrr"),
  ),
  service("deploy.labels", how("labels of the service"), how("labels of workload and Service")),
  both("deploy.update_config", how("`order` is start-first where nothing stands against it")),
  service(
    "deploy.update_config.failure_action",
    honours,
    how("a rollout that fails ends the deployment: `x-slipway.rollback` says what then"),
  ),
  service(
    "deploy.update_config.max_failure_ratio",
    honours,
    ignores("no failed task is taken for success on Kubernetes"),
  ),
  service(
    "deploy.rollback_config",
    how("when the engine rolls back (`failure_action: rollback`)"),
    ignores("a rollback is an update on Kubernetes"),
  ),
  service("deploy.restart_policy", honours, how("services are always restarted")),
  service(
    "deploy.restart_policy.condition",
    honours,
    how("`any`; for services that go on running, others are a warning"),
  ),
  service(
    "deploy.restart_policy.delay",
    honours,
    how("at once, then after 10 s, and twice as long each time, up to 5 min"),
  ),
  service(
    "deploy.restart_policy.max_attempts",
    honours,
    how("of jobs; a service is restarted until it runs"),
  ),
  service("deploy.restart_policy.window", honours, how("10 min, after which it starts anew")),
  both("deploy.resources.limits", honours),
  service(
    "deploy.resources.limits.pids",
    honours,
    ignores("is a setting of the kubelet on Kubernetes (podPidsLimit)"),
  ),
  both("deploy.resources.reservations", honours),
  both(
    "deploy.resources.reservations.devices",
    refuses("Swarm knows devices as generic_resources of nodes; use those"),
  ),
  service(
    "deploy.resources.reservations.generic_resources",
    honours,
    refuses("name the resource of a device plugin instead"),
  ),
  service(
    "deploy.placement.constraints",
    honours,
    how("node affinity, and what a pool of these labels is tainted with is tolerated"),
  ),
  both("deploy.placement.preferences", how("Kubernetes: topology spread")),
  service(
    "deploy.placement.max_replicas_per_node",
    honours,
    how("anti-affinity for one; else as many more than on the node with the fewest"),
  ),

  both("cpus", how("as deploy.resources.limits.cpus, where that is not there")),
  both("mem_limit", how("as deploy.resources.limits.memory, where that is not there")),
  both("mem_reservation", how("as deploy.resources.reservations.memory, where that is not there")),
  service(
    "pids_limit",
    how("as deploy.resources.limits.pids, where that is not there"),
    ignores("is a setting of the kubelet on Kubernetes (podPidsLimit)"),
  ),
  ...[
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpu_shares",
    "cpuset",
    "mem_swappiness",
    "memswap_limit",
  ].map((field) => both(field, ignores(limitsInDeploy))),
  ...["oom_kill_disable", "oom_score_adj", "blkio_config", "cgroup", "cgroup_parent"].map((field) =>
    both(field, refuses(notOnNode)),
  ),
  ...["ipc", "pid", "uts"].map((field) => both(field, refuses(noNodeAccess))),
  ...["devices", "device_cgroup_rules", "gpus"].map((field) =>
    both(
      field,
      refuses("is a device of one node; use generic_resources of the nodes that have it"),
    ),
  ),
];
