import net from "node:net";

/** Whether something accepts a TCP connection there within the time. */
async function answers(endpoint: URL, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: endpoint.hostname, port: Number(endpoint.port) });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(milliseconds, () => {
      end(false);
    });
    socket.once("connect", () => {
      end(true);
    });
    socket.once("error", () => {
      end(false);
    });
  });
}

/**
 * The first endpoint, in the given order, that accepts connections: the same one in every run while it lives.
 * @throws when none does.
 */
export async function firstAnswering(
  endpoints: readonly string[],
  milliseconds = 3000,
): Promise<string> {
  const found = await Promise.all(
    endpoints.map(async (endpoint) =>
      (await answers(new URL(endpoint), milliseconds)) ? endpoint : undefined,
    ),
  );
  const first = found.find((endpoint) => endpoint !== undefined);
  if (first === undefined)
    throw new Error(
      `no manager answers: tried ${endpoints.join(", ")}. Is the cluster up, and can this machine reach it?`,
    );
  return first;
}
