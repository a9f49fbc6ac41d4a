export { Ingress, type IngressArgs } from "./ingress";
export { ingressImages } from "./images";
export {
  type IngressFacts,
  judgeRules,
  routesOf,
  type RuleObjection,
  type ServiceRules,
} from "./objections";
export { routeLabels, routeNames, type RouteSettings } from "./routes";
export { routeSettings } from "./settings";
export { tlsKeyMistake } from "./tlsKey";
export { discoverySeconds } from "./swarmConfig";
