import { encryptionFile, ownFolder } from "../paths";

/**
 * Makes the key that secrets are encrypted with at rest, once, on the host itself: it reaches other control planes over
 * SSH and nobody else. A key that is there stays: without it nothing that it encrypted could be read.
 */
export const encryptionScript = `install -d -m 755 ${ownFolder}
if [ ! -s ${encryptionFile} ]; then
  umask 077
  temporary=$(mktemp ${encryptionFile}.XXXXXX)
  trap 'rm -f "$temporary"' EXIT
  key=$(head -c 32 /dev/urandom | base64 -w0)
  cat >"$temporary" <<END
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers:
      - secretbox: { keys: [{ name: first, secret: $key }] }
      - identity: {}
END
  sync "$temporary"
  mv "$temporary" ${encryptionFile}
fi`;
