import { readFileSync } from "node:fs";
import { utils } from "ssh2";

/** The key by which a cluster's machines are reached. */
export interface SshKey {
  /** OpenSSH or PEM, without a passphrase. */
  readonly privateKey: string;
  /** One line of `authorized_keys`. */
  readonly publicKey: string;
}

const newKey = "make one with `ssh-keygen -t ed25519 -N '' -f slipway_ed25519`";

/**
 * The SSH key from the configuration's secret or from a file.
 *
 * @param configured Content of `slipway:sshPrivateKey`.
 * @param file Path in `SLIPWAY_SSH_PRIVATE_KEY_FILE`; counts where nothing is configured.
 */
export function readSshKey(
  configured: string | undefined,
  file: string | undefined,
  report: (problem: string) => void,
): SshKey | undefined {
  if (configured !== undefined) return parse(configured, "slipway:sshPrivateKey", report);
  if (file === undefined || file === "") {
    report(
      `no SSH key is set; ${newKey}, then run \`pulumi config set --secret slipway:sshPrivateKey < slipway_ed25519\`, or name the file in SLIPWAY_SSH_PRIVATE_KEY_FILE`,
    );
    return undefined;
  }
  try {
    return parse(readFileSync(file, "utf8"), file, report);
  } catch (error) {
    report(
      `SLIPWAY_SSH_PRIVATE_KEY_FILE: ${file} can't be read (${(error as NodeJS.ErrnoException).code ?? "unknown reason"}); correct the path`,
    );
    return undefined;
  }
}

function parse(
  text: string,
  source: string,
  report: (problem: string) => void,
): SshKey | undefined {
  const key: unknown = utils.parseKey(text);
  if (key instanceof Error) {
    const why = /passphrase|encrypted/i.test(key.message)
      ? "is protected by a passphrase, which nobody can type during a deployment"
      : "is not a private SSH key";
    report(`${source} ${why}; ${newKey}`);
    return undefined;
  }
  const [first] = Array.isArray(key) ? (key as ParsedKey[]) : [key as ParsedKey];
  if (first?.isPrivateKey() !== true) {
    report(`${source} is a public key; give the private one, the file without .pub`);
    return undefined;
  }
  return {
    privateKey: text,
    publicKey: `${first.type} ${first.getPublicSSH().toString("base64")}`,
  };
}

type ParsedKey = Exclude<ReturnType<typeof utils.parseKey>, Error>;
