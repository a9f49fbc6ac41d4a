import { namespaceLabel } from "../../provider/sdk/ownership";

/** How an application's objects are named on the cluster: as `docker stack deploy` names them. */
export interface ApplicationNames {
  /** The application's name: the namespace of everything that it has. */
  readonly application: string;
  /** Name in the cluster of a service. */
  service(key: string): string;
}

export function applicationNames(application: string): ApplicationNames {
  return { application, service: (key) => `${application}_${key}` };
}

/** Labels by which `docker stack` and other tools see an application's objects as one stack. */
export function stackLabels({ application }: ApplicationNames): Readonly<Record<string, string>> {
  return { [namespaceLabel]: application };
}
