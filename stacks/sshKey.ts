import { readFileSync } from "node:fs";
import path from "node:path";
import { utils } from "ssh2";
import { reasonForReading } from "../components/spec/text";

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
 * @param folder What a relative path counts from.
 */
export function readSshKey(
  configured: string | undefined,
  file: string | undefined,
  folder: string,
  report: (problem: string) => void,
): SshKey | undefined {
  if (configured !== undefined) return parse(configured, "slipway:sshPrivateKey", report);
  if (file === undefined || file === "") {
    report(
      `no SSH key is set; ${newKey}, then run \`pulumi config set --secret slipway:sshPrivateKey < slipway_ed25519\`, or name the file in SLIPWAY_SSH_PRIVATE_KEY_FILE`,
    );
    return undefined;
  }
  if (/PRIVATE KEY|\n/.test(file)) {
    // Not shown: it is the key.
    report(
      "SLIPWAY_SSH_PRIVATE_KEY_FILE has a key, not the path of its file; write it to a file that only you can read, and name that",
    );
    return undefined;
  }
  try {
    return parse(readFileSync(path.resolve(folder, file), "utf8"), file, report);
  } catch (error) {
    const reason = file.startsWith("~")
      ? "only a shell knows ~; write the whole path"
      : reasonForReading(error);
    report(`SLIPWAY_SSH_PRIVATE_KEY_FILE: ${file} can't be read: ${reason}`);
    return undefined;
  }
}

function parse(
  text: string,
  source: string,
  report: (problem: string) => void,
): SshKey | undefined {
  const key: unknown = utils.parseKey(text);
  if (key instanceof Error || isPutty(text)) {
    report(`${source} ${whyUnreadable(text, key)}`);
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

/** What is wrong with a key that can't be read, and what to do. */
function whyUnreadable(text: string, key: unknown): string {
  const why = key instanceof Error ? key.message : "";
  if (/passphrase|encrypted/i.test(why) || text.includes("BEGIN ENCRYPTED PRIVATE KEY")) {
    return `is protected by a passphrase, which nobody can type during a deployment; ${newKey}`;
  }
  if (isPutty(text)) {
    return "is a key in PuTTY's form; convert it with `puttygen key.ppk -O private-openssh -o slipway_key`";
  }
  if (/BEGIN (?:OPENSSH|RSA) PRIVATE KEY/.test(text)) {
    return "is damaged: it begins as a private key does, but is not whole or has lost its line breaks; copy it again";
  }
  if (/BEGIN (?:EC )?PRIVATE KEY/.test(text)) {
    return `is a key in another form than OpenSSH's; convert it with \`ssh-keygen -p -N '' -f …\`, or ${newKey}`;
  }
  if (/^[~.]*\/\S+$/.test(text.trim())) {
    return "is a path, not a private SSH key; set what the file has: `pulumi config set --secret slipway:sshPrivateKey < …`";
  }
  return `is not a private SSH key; ${newKey}`;
}

function isPutty(text: string): boolean {
  return text.startsWith("PuTTY-User-Key-File");
}

type ParsedKey = Exclude<ReturnType<typeof utils.parseKey>, Error>;
