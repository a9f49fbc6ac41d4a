import { error, warning, type Finding } from "../../spec/finding";
import { contextsOf } from "./contexts";
import { dataFindings } from "./checks/data";
import { nameFindings, portFindings } from "./checks/names";
import { podFindings, restartFindings } from "./checks/pods";
import { securityFindings } from "./checks/security";
import { files } from "./files";
import { jobsThatRun } from "../jobs";
import { levelOf } from "./namespace";
import { runningContexts } from "./plan";
import { cronTimes } from "./schedule";
import type { KubernetesArgs } from "./types";

/**
 * Everything that the files ask for and Kubernetes can't do (an error), or does otherwise (a warning), as far as it can be
 * told without asking the cluster, and beside what the table of fields says of whole fields (`supportFindings`).
 */
export function kubernetesFindings(args: KubernetesArgs): readonly Finding[] {
  const contexts = contextsOf(args, files(args));
  const running = runningContexts(contexts, args);
  const level = levelOf(args);
  return [
    ...nameFindings(running, contexts, args),
    ...dataFindings(contexts, args),
    ...running.flatMap((context) => [...portFindings(context, level), ...restartFindings(context)]),
    ...contexts.flatMap((context) => [...podFindings(context), ...securityFindings(context)]),
    ...secondsOfJobs(args),
    ...externalNetworks(args),
  ];
}

/** Kubernetes starts jobs by the minute. */
function secondsOfJobs({ plan }: KubernetesArgs): readonly Finding[] {
  return jobsThatRun(plan.project, "schedule").flatMap(([name, { schedule = "" }]) =>
    cronTimes(schedule) === undefined
      ? [
          error(
            ["x-slipway", "jobs", name, "schedule"],
            "names seconds, and Kubernetes starts jobs by the minute; begin it with 0, or leave the field for seconds out",
          ),
        ]
      : [],
  );
}

/** Several applications are on an external network: what is different about it on Kubernetes. */
function externalNetworks({ plan }: KubernetesArgs): readonly Finding[] {
  return Object.entries(plan.project.networks ?? {}).flatMap(([key, { external, name }]) =>
    external
      ? [
          warning(
            ["networks", key],
            `is external: on Kubernetes services of other applications on the network ${name} can talk to these, and are called <service>.<application> from here`,
          ),
        ]
      : [],
  );
}
