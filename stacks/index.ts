/**
 * What stands: the one entry of every Pulumi stack.
 *
 * A Pulumi stack's configuration names either a `cluster.yml` (`slipway:spec`) or an application's
 * `stack.yml` (`slipway:stack`); only what that kind needs is loaded.
 */
import * as pulumi from "@pulumi/pulumi";
import { reported } from "./reported";

module.exports = reported(async () => {
  const config = new pulumi.Config("slipway");
  if (config.get("stack") !== undefined) return (await import("./application")).application(config);
  if (config.get("spec") !== undefined) return (await import("./cluster")).cluster(config);
  throw new Error(
    "this Pulumi stack names no spec: for a cluster run `pulumi config set slipway:spec stacks/dev/cluster.yml`, " +
      "for an application `pulumi config set slipway:stack stacks/shop/stack.yml`",
  );
});
