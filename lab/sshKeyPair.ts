import { utils } from "ssh2";

/** A key pair as OpenSSH has it in files. */
export interface SshKeyPair {
  readonly private: string;
  readonly public: string;
}

export interface SshKeyPairOptions {
  /** At the end of the public key. */
  readonly comment?: string;
  /** Locks the private key. */
  readonly encryption?: {
    readonly passphrase: string;
    readonly cipher: "aes256-cbc";
    readonly rounds: number;
  };
}

/**
 * An Ed25519 key pair. One in 300 that the library writes can't be read again, by itself or by OpenSSH, so it is read
 * before it is given away.
 */
export function sshKeyPair({ comment, encryption }: SshKeyPairOptions = {}): SshKeyPair {
  for (;;) {
    const pair = utils.generateKeyPairSync("ed25519", {
      ...(comment !== undefined && { comment }),
      ...encryption,
    });
    const readable = utils.parseKey(pair.private, encryption?.passphrase);
    if (!(readable instanceof Error)) return pair;
  }
}
