import { quote } from "../transport/shell";

/**
 * The script that runs a command in the container of a service that is on this machine.
 *
 * @param input the command reads standard input
 */
export function inServiceContainer(
  service: string,
  command: readonly string[],
  { input = false }: { readonly input?: boolean } = {},
): string {
  const exec = input ? "docker exec --interactive" : "docker exec";
  return `container=$(docker ps --quiet --filter ${quote(`label=com.docker.swarm.service.name=${service}`)} --filter status=running | head -n 1)
if [ -z "$container" ]; then
  echo ${quote(`no container of ${service} runs here: \`docker service ps ${service}\` on a manager says why`)} >&2
  exit 1
fi
${exec} "$container" ${command.map(quote).join(" ")}`;
}
