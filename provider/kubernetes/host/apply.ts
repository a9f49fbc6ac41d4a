import type { ContainerdSettings } from "../../sdk/kubernetesShapes";
import type { Context } from "../../server/handler";
import type { Connection } from "../../transport/types";
import {
  configFile,
  containerdConfig,
  hostsFiles,
  networkTemplate,
  networkTemplateFile,
  registriesFolder,
} from "./containerd";
import { forgottenScript, writeAuthorities } from "../../registry/authorities";
import type { NodeFacts } from "../nodeFacts";
import { modules, requiredSettings, settings } from "./probe";

/** Time for containerd to start, seconds. */
const startLimit = 90;

const modulesFile = "/etc/modules-load.d/slipway-kubernetes.conf";
const settingsFile = "/etc/sysctl.d/90-slipway-kubernetes.conf";

/**
 * Kernel modules and settings, now and at every boot. Loading may fail where the kernel is somebody else's or has the
 * code built in: what counts is the effect, which is looked at afterwards.
 */
export const kernelScript = `cat >${modulesFile} <<'END'
# Written by Slipway.
${modules.join("\n")}
END
cat >${settingsFile} <<'END'
# Written by Slipway. A leading minus: no error where the kernel has no such setting.
${Object.entries(settings)
  .map(([name, value]) => `-${name} = ${value}`)
  .join("\n")}
END
for module in ${modules.join(" ")}; do modprobe -q "$module" 2>/dev/null || true; done
for setting in ${Object.entries(settings)
  .map(([name, value]) => `${name}=${value}`)
  .join(" ")}; do
  file=/proc/sys/$(printf %s "\${setting%%=*}" | tr . /)
  if [ -e "$file" ] && [ "$(cat "$file")" != "\${setting#*=}" ]; then
    printf %s "\${setting#*=}" 2>/dev/null >"$file" || true
  fi
done
for setting in ${requiredSettings.map((name) => `${name}=${settings[name] ?? ""}`).join(" ")}; do
  file=/proc/sys/$(printf %s "\${setting%%=*}" | tr . /)
  if [ "$(cat "$file")" != "\${setting#*=}" ]; then
    echo "\${setting%%=*} is $(cat "$file") and can't be set to \${setting#*=}, without which no traffic of pods is forwarded: set it where the kernel is run" >&2
    exit 1
  fi
done`;

/** Files that containerd reads whenever it needs them. */
export async function writeLiveFiles(
  connection: Connection,
  containerd: ContainerdSettings,
): Promise<void> {
  // Before those that name them.
  await writeAuthorities(connection, registriesFolder, containerd.authorities ?? {});
  const files = hostsFiles(containerd);
  for (const [registry, text] of files)
    await connection.writeFile(`${registriesFolder}/${registry}/hosts.toml`, text, 0o644);
  await connection.must(
    "removing mirrors that are not named any more",
    forgottenScript(registriesFolder, files.keys(), "hosts.toml"),
  );
  if (containerd.podNetwork !== null)
    await connection.writeFile(
      networkTemplateFile,
      networkTemplate(containerd.podNetwork.mtu),
      0o644,
    );
}

/** Whether containerd was started with these settings, as far as its file tells. */
export async function settingsDiffer(
  connection: Connection,
  containerd: ContainerdSettings,
  facts: NodeFacts,
): Promise<boolean> {
  const there = await connection.must(
    `reading ${configFile}`,
    `if [ -e ${configFile} ]; then cat ${configFile}; fi`,
  );
  return there !== containerdConfig(containerd, facts);
}

const previous = `${configFile}.before-slipway-change`;

/** A restart with settings that containerd refuses would leave the host without one: then the old ones come back. */
const restartScript = `systemctl enable --quiet containerd.service
if ! timeout ${startLimit} systemctl restart containerd.service || ! timeout 30 ctr version >/dev/null; then
  journalctl -u containerd.service -n 15 --no-pager -o cat >&2
  if [ -e ${previous} ]; then
    mv -f ${previous} ${configFile}
    systemctl reset-failed containerd.service || true
    systemctl restart containerd.service && echo "the previous ${configFile} is back in place" >&2
  fi
  exit 1
fi
rm -f ${previous}`;

/** Writes what containerd starts with, and starts it anew. */
export async function restartContainerd(
  context: Context,
  connection: Connection,
  text: string,
): Promise<void> {
  context.log.status("restarting containerd");
  await connection.must(
    "keeping the previous settings",
    `if [ -e ${configFile} ]; then cp -p ${configFile} ${previous}; else rm -f ${previous}; fi`,
  );
  await connection.writeFile(configFile, text, 0o644);
  await connection.must("restarting containerd", restartScript, {
    timeoutSeconds: 2 * startLimit + 60,
  });
}

/** containerd and the kubelet start with the host; the kubelet waits for its cluster. */
export const enableScript = `systemctl enable --quiet containerd.service kubelet.service
systemctl is-active --quiet containerd.service || timeout ${startLimit} systemctl start containerd.service`;
