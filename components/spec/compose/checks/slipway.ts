import { error, type Finding } from "../../finding";
import { quote } from "../../words";
import { isMapping, listAt, type Mapping, mappingAt, mappingsAt, plain } from "../tree/value";

const kinds = ["http", "tcp", "exec"];

/** What does not go together in `x-slipway` of services. */
export function* checkSlipway(model: Mapping): Iterable<Finding> {
  const routes = new Map<string, string>();
  for (const [name, service] of mappingsAt(model, "services")) {
    const own = mappingAt(service, "x-slipway");
    const at = ["services", name, "x-slipway"];
    for (const probe of ["readiness", "liveness", "startup"]) {
      const given = kinds.filter((kind) => mappingAt(own, probe)?.[kind] !== undefined);
      if (mappingAt(own, probe) === undefined || given.length === 1) continue;
      yield error(
        [...at, probe],
        `must have exactly one of http, tcp and exec; it has ${given.join(" and ") || "none"}`,
      );
    }
    const autoscale = mappingAt(own, "autoscale");
    if (Number(autoscale?.min) > Number(autoscale?.max)) {
      yield error(
        [...at, "autoscale", "max"],
        `must be at least min, which is ${plain(autoscale?.min)}; got ${plain(autoscale?.max)}`,
      );
    }
    for (const [index, rule] of listAt(own, "ingress").entries()) {
      if (!isMapping(rule) || rule.host === undefined) continue;
      const route = `${plain(rule.host)}${plain(rule.path)}`;
      const other = routes.get(route);
      if (other !== undefined) {
        const who = other === name ? "this service" : `the service ${quote(other)}`;
        yield error(
          [...at, "ingress", index],
          `leads ${route} here, where ${who} has it already; choose another host or path`,
        );
      }
      routes.set(route, name);
    }
  }
}
