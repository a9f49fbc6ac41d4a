import { error } from "../finding";
import type { Path } from "../problem";
import { quote } from "../words";
import type { PortFile } from "./file";
import type { PortSpec } from "./types";
import type { Report } from "./values";

/** One published port from its short or long form; what is not sound is reported. */
export function port(
  value: string | number | PortFile,
  path: Path,
  report: Report,
): PortSpec | undefined {
  if (typeof value !== "object") return shortPort(String(value), path, report);
  const { target, protocol = "tcp", mode = "ingress" } = value;
  if (target === undefined) return undefined;
  if (value.published === undefined) {
    report(
      error([...path, "published"], `is missing; add it, for example \`published: ${target}\``),
    );
    return undefined;
  }
  return checked(target, Number(value.published), protocol, mode, path, report);
}

const short = /^(?:(\d+):)?(\d+)(?:\/(tcp|udp))?$/;

function shortPort(text: string, path: Path, report: Report): PortSpec | undefined {
  const match = short.exec(text);
  if (match === null) {
    report(
      error(
        path,
        `must be \`published:target\` with an optional /tcp or /udp; got ${quote(text)} (ranges and addresses are not supported by Slipway yet)`,
      ),
    );
    return undefined;
  }
  const [, published, target, protocol] = match;
  if (published === undefined) {
    report(
      error(
        path,
        `says no published port; write "8080:${target ?? ""}" for port 8080 on the nodes`,
      ),
    );
    return undefined;
  }
  return checked(
    Number(target),
    Number(published),
    protocol === "udp" ? "udp" : "tcp",
    "ingress",
    path,
    report,
  );
}

function checked(
  target: number,
  published: number,
  protocol: PortSpec["protocol"],
  mode: PortSpec["mode"],
  path: Path,
  report: Report,
): PortSpec | undefined {
  const wrong = [published, target].find((number) => number < 1 || number > 65535);
  if (wrong !== undefined) {
    report(error(path, `has the port ${wrong}; ports go from 1 to 65535`));
    return undefined;
  }
  return { target, published, protocol, mode };
}
