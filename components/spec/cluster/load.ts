import path from "node:path";
import { error } from "../finding";
import type { Variables } from "../interpolation";
import { type Loaded, SpecError, inOrder } from "../problem";
import { Source } from "../source";
import { readSpecText } from "../text";
import { readCaCertificates } from "./caCertificates";
import { complete } from "./complete";
import type { ClusterDraft, ClusterFile } from "./file";
import { readIngressCertificate } from "./ingressCertificate";
import { otherKind } from "./otherKind";
import { readRuleFiles } from "./ruleFiles";
import { checkFor } from "./schemaFor";
import { checkSemantics } from "./semantics";
import type { ClusterSpec } from "./types";

export interface LoadClusterOptions {
  /** Variables for `${NAME}` in the file. Default: the environment of this process. */
  readonly variables?: Variables;
}

/**
 * Reads, checks and completes a `cluster.yml`. CA certificates are read from the files it names.
 *
 * @throws SpecError with every problem of the file at once.
 */
export function loadCluster(file: string, options: LoadClusterOptions = {}): Loaded<ClusterSpec> {
  return parseCluster(file, readSpecText(file), options);
}

/** As `loadCluster`, for text that is at hand; `file` says where it came from and what its paths are relative to. */
export function parseCluster(
  file: string,
  text: string,
  options: LoadClusterOptions = {},
): Loaded<ClusterSpec> {
  const source = new Source(file, text);
  const wrongKind = otherKind(source.data());
  if (wrongKind !== undefined) throw new SpecError([source.locate(wrongKind)]);
  source.interpolate(options.variables ?? process.env);

  const { data, findings } = checkFor(source.data()).run(source);
  const draft = (data ?? {}) as ClusterDraft;
  const semantic =
    data === undefined ? [] : [...checkSemantics(draft, { given: (at) => source.has(at) })];
  const folder = path.dirname(file);
  const authorities = readCaCertificates(folder, draft.os?.caCertificates ?? []);
  const ingress = readIngressCertificate(folder, draft.platform?.ingress?.tls?.certificate);

  const rules = readRuleFiles(folder, draft.platform?.monitoring?.rules ?? []);

  const problems = inOrder([
    ...source.problems,
    ...[
      ...findings,
      ...semantic,
      ...authorities.findings,
      ...ingress.findings,
      ...rules.findings,
    ].map((finding) => source.locate(finding)),
  ]);
  if (problems.some((problem) => problem.severity === "error")) throw new SpecError(problems);
  return {
    spec: complete(data as ClusterFile, {
      caCertificates: authorities.certificates,
      ingressCertificate: ingress.certificate,
      ruleFiles: rules.files,
    }),
    warnings: problems,
    problemAt: (path, message) => source.locate(error(path, message)),
  };
}
