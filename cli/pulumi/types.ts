/** Type tokens of the resources that roll and recover look at. */
export const typeTokens = {
  virtualMachine: "vsphere:index/virtualMachine:VirtualMachine",
  antiAffinityRule:
    "vsphere:index/computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule",
  nodePoolGenerations: "slipway:index:NodePoolGenerations",
  host: "slipway:index:Host",
  swarmCluster: "slipway:index:SwarmCluster",
  swarmNode: "slipway:index:SwarmNode",
  kubernetesHost: "slipway:index:KubernetesHost",
  kubernetesCluster: "slipway:index:KubernetesCluster",
  kubernetesNode: "slipway:index:KubernetesNode",
  kubernetesCredential: "slipway:index:KubernetesCredential",
  kubernetesProvider: "pulumi:providers:kubernetes",
  slipwayProvider: "pulumi:providers:slipway",
} as const;
