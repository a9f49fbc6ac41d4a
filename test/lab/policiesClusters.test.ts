/** The policy pack on Swarms that break its rules: a vCenter is all that is needed. */
import { describeClusterRefusals } from "../support/clusterRefusals";

describeClusterRefusals("swarm");
