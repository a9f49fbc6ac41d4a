/**
 * The policy pack, as `pulumi preview --policy-pack policies` starts it. One policy of Pulumi asks every rule about a
 * resource, as each would cost a copy of the resource; violations have the rules' names. The engine is told of these two
 * policies alone: before anything else it asks for all there are, and the program waits.
 */
import path from "node:path";
import process from "node:process";
import { PolicyPack, type Policies } from "@pulumi/policy";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type * as registries from "../core/registry";
import type * as loading from "../settings/load";
import type * as inspectors from "./inspector";
import { readPropertiesAsTheyAre } from "./properties";

/** Folder of slipway: its package.json has the version of the pack. */
const slipway = path.join(__dirname, "..", "..");

function main(): void {
  const folder = process.cwd();
  const inspector = once(() => {
    const { Inspector } = module.require("./inspector") as typeof inspectors;
    const { loadDecisions } = module.require("../settings/load") as typeof loading;
    return new Inspector(loadDecisions(folder), new Date(), loadRegistries);
  });
  const policies: Policies = [
    {
      name: "slipway",
      description: "Asks every rule about each resource.",
      validateResource: (args, report) => {
        inspector().resource(args, report);
      },
    },
    {
      name: "slipway-stack",
      description: "Asks the rules about whole Pulumi stacks.",
      validateStack: (args, report) => inspector().stack(args, report),
    },
  ];
  readPropertiesAsTheyAre();
  // The pack mends nothing, and engines do without who can't: they are told so before the resource is read.
  Reflect.deleteProperty(AnalyzerService, "remediate");
  // The SDK takes the version from the package.json of the current folder.
  process.chdir(slipway);
  new PolicyPack("slipway", { policies });
  // While the engine starts the program; what is wrong is told at the first resource.
  setTimeout(() => {
    try {
      inspector();
    } catch {
      // Told there.
    }
  }, aMoment);
}

/** Registries are asked only where a rule does: the client takes its time to load. */
const loadRegistries = () => module.require("../core/registry") as typeof registries;

/** Within this time, milliseconds, the engine has asked which policies there are, and no program has a resource yet. */
const aMoment = 150;

/** Made when it is first asked for; what stands against that is thrown each time. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | { readonly error: unknown } | undefined;
  return () => {
    if (made === undefined) {
      try {
        made = { value: make() };
      } catch (error) {
        made = { error };
      }
    }
    if ("error" in made) throw made.error;
    return made.value;
  };
}

main();
