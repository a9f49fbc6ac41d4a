import type { Connection } from "../../transport/types";
import { kubeadmLog, ownFolder, unfinishedMark } from "../paths";

/** How long kubeadm may take: images are pulled on the way, seconds. */
const limit = 900;
/** How long one that an earlier, killed run has started is waited for, seconds. */
const lockLimit = 600;

export interface KubeadmRun {
  /** For people: `joining the cluster`. */
  readonly step: string;
  /** Arguments; `"$config"` stands for the file with `config`. Nothing in it is secret. */
  readonly command: string;
  /** Content of the configuration file: sent by standard input, in memory and for root only while kubeadm runs. */
  readonly config?: string;
  /** Left on the host until the provider takes it away: what was begun and not finished. */
  readonly mark?: "init" | "join" | "reset";
}

/** The script around kubeadm: one at a time per host, output to a file, the configuration gone afterwards. */
export function kubeadmScript({ command, config, mark }: Omit<KubeadmRun, "step">): string {
  return `exec 9>/run/slipway-kubeadm.lock
flock -w ${lockLimit} 9 || { echo "another kubeadm runs on this host for more than ${lockLimit} s" >&2; exit 1; }
${
  config === undefined
    ? ""
    : `config=$(umask 077; mktemp /run/slipway-kubeadm.XXXXXX)
trap 'rm -f "$config"' EXIT
cat >"$config"
`
}${mark === undefined ? "" : `install -d -m 755 ${ownFolder}\necho ${mark} >${unfinishedMark}\n`}{ umask 077; echo "# $(date -u +%FT%TZ) kubeadm ${mark ?? "run"}" >>${kubeadmLog}; }
started=$(wc -l <${kubeadmLog})
${mark === "init" || mark === "join" ? "# kubeadm starts the kubelet, and leaves it to others to start it again after a reboot.\nsystemctl enable --quiet kubelet.service\n" : ""}if ! ${command} >>${kubeadmLog} 2>&1 </dev/null 9>&-; then
  tail -n "+$started" ${kubeadmLog} | grep -v '^W[0-9]' | tail -n 15 >&2
  exit 1
fi`;
}

export async function runKubeadm(connection: Connection, run: KubeadmRun): Promise<void> {
  await connection.must(run.step, kubeadmScript(run), {
    input: run.config,
    timeoutSeconds: limit + lockLimit,
  });
}

/** What was begun is finished now. */
export const finishedScript = `rm -f ${unfinishedMark}`;
