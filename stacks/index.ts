/**
 * What stands: the one entry of every Pulumi stack. Its configuration names either a `cluster.yml` (`slipway:spec`)
 * or an application's Compose file (`slipway:stack`), and only what that kind needs is loaded: by `require`, as
 * `import()` would go around tsx.
 */
import * as pulumi from "@pulumi/pulumi";
import type * as applications from "./application";
import type * as clusters from "./cluster";
import { reported } from "./reported";

export = reported(() => {
  const config = new pulumi.Config("slipway");
  if (config.get("stack") !== undefined) {
    return (module.require("./application") as typeof applications).application(config);
  }
  if (config.get("spec") !== undefined) {
    return (module.require("./cluster") as typeof clusters).cluster(config);
  }
  throw new pulumi.RunError(
    "this Pulumi stack names no spec; for a cluster run `pulumi config set slipway:spec stacks/dev/cluster.yml`, " +
      "for an application `pulumi config set slipway:stack stacks/shop/stack.yml`",
  );
});
