import { parts } from "../../../../tools/parts";
import type { Sandbox } from "./sandbox";

/** Folders that have the system's own programs, and no Pulumi. */
const system = "/usr/bin:/bin";

/**
 * Puts a `go` on the PATH that builds at once: its programs print their name. It notes each call in
 * `go.log`, and a build that begins while another one runs in `overlap`. What it has downloaded is in `dependency`.
 */
export async function fakeGo(sandbox: Sandbox, version = "go1.26.8"): Promise<void> {
  sandbox.set("PATH", `${sandbox.path("bin")}:${system}`);
  const at = (name: string) => sandbox.path(name);
  for (const file of parts.flatMap(({ go }) => go.embeds?.files ?? []))
    await sandbox.file(`dependency/${file}`, "{}");
  await sandbox.program(
    "bin/go",
    `[ "$1" = env ] && { echo ${version}; echo amd64; exit; }
     echo "$1 $GOGC $CGO_ENABLED $* in $PWD with $(echo *)" >> ${at("go.log")}
     [ "$2" = download ] && echo '{"Dir": "${at("dependency")}"}'
     [ "$1" = build ] || exit 0
     mkdir ${at("building")} 2>/dev/null || touch ${at("overlap")}
     while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
     sleep 0.05
     printf '#!/bin/sh\\necho "slipway/tools/ $0"\\n' > "$out"
     chmod +x "$out"
     rmdir ${at("building")}`,
  );
}

/** A `go` that fails to build. */
export async function brokenGo(sandbox: Sandbox, said: string): Promise<void> {
  sandbox.set("PATH", `${sandbox.path("bin")}:${system}`);
  await sandbox.program(
    "bin/go",
    `[ "$1" = env ] && { echo go1.26.8; exit; }\nprintf '%s' '${said}' >&2\nexit 1`,
  );
}
