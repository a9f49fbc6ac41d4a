import type { ClusterSpec } from "../components/spec";
import type { LoggingSecrets } from "../components/logging/files";

/** Keys of the configuration's namespace `slipway` that logging may need. */
export const loggingKeys = ["loggingPassword"] as const;

/**
 * Reads the secrets of the logging that `cluster.yml` asks for.
 *
 * @param password as the configuration has it
 * @param report is told what is missing, where `cluster.yml` asks for it.
 */
export function readLoggingSecrets(
  { platform: { logging } }: Pick<ClusterSpec, "platform">,
  password: string | undefined,
  report: (path: readonly string[], problem: string) => void,
): LoggingSecrets {
  if (logging?.external === undefined) return {};
  if (password === undefined || password === "")
    report(
      ["platform", "logging", "external", "user"],
      "needs its password, and slipway:loggingPassword is not set; set it with `pulumi config set --secret slipway:loggingPassword`",
    );
  return { password };
}
