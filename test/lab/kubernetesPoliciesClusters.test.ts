/** The policy pack on Kubernetes clusters that break its rules: a vCenter is all that is needed. */
import { describeClusterRefusals } from "../support/clusterRefusals";

describeClusterRefusals("kubernetes");
