import type { FiringAlert } from "../../monitoring/alertmanager";
import type { Prometheus, Sample, Series } from "../../monitoring/prometheus";
import {
  plotNames,
  type AlertFacts,
  type CertificateFacts,
  type MeasureFacts,
  type UseFacts,
} from "../facts";
import { nowQueries, plotQueries, plotSpan } from "./queries";

/** Asks a cluster's Prometheus for what the status shows. @param at when, as the plots' right end */
export async function measures(prometheus: Prometheus, at: Date): Promise<MeasureFacts> {
  const { seconds, stepSeconds } = plotSpan;
  const end = Math.floor(at.getTime() / 1000);
  const range = { start: end - seconds, end, stepSeconds };
  const [now, plots] = [
    await prometheus.instant(nowQueries),
    await prometheus.range(plotQueries, range),
  ];
  return {
    nodes: useOf(now),
    plots: plotNames.map((name) => ({ name, values: valuesOf(plots[name][0], range) })),
    certificates: now.certificates.map(certificate),
  };
}

function useOf({
  cpu,
  memory,
  disk,
}: Readonly<Record<"cpu" | "memory" | "disk", readonly Sample[]>>): MeasureFacts["nodes"] {
  const names = new Set([...cpu, ...memory, ...disk].map(({ labels }) => labels.node ?? ""));
  const of = (samples: readonly Sample[], node: string) =>
    samples.find(({ labels, value }) => labels.node === node && Number.isFinite(value));
  return Object.fromEntries(
    [...names].map((node): readonly [string, UseFacts] => {
      const [own, used, fullest] = [of(cpu, node), of(memory, node), of(disk, node)];
      return [
        node,
        {
          ...(own !== undefined && { cpu: own.value }),
          ...(used !== undefined && { memory: used.value }),
          ...(fullest !== undefined && {
            disk: { used: fullest.value, mountpoint: fullest.labels.mountpoint ?? "" },
          }),
        },
      ];
    }),
  );
}

/** At equal distances; empty where there is no value at all. */
export function valuesOf(
  series: Series | undefined,
  { start, end, stepSeconds }: { start: number; end: number; stepSeconds: number },
): readonly (number | null)[] {
  const byTime = new Map(
    (series?.points ?? [])
      .filter(([, value]) => Number.isFinite(value))
      .map(([seconds, value]) => [Math.round((seconds - start) / stepSeconds), value]),
  );
  if (byTime.size === 0) return [];
  const count = Math.floor((end - start) / stepSeconds) + 1;
  return Array.from({ length: count }, (_, index) => byTime.get(index) ?? null);
}

function certificate({ labels, value }: Sample): CertificateFacts {
  return {
    name: `the certificate of ${labels.instance ?? "?"}`,
    expires: new Date(value * 1000).toISOString(),
  };
}

export function alertFacts({ labels, annotations, startsAt, isSilenced }: FiringAlert): AlertFacts {
  const { alertname = "?", severity = "warning", owner } = labels;
  const { summary, description, runbook_url: runbook } = annotations;
  return {
    name: alertname,
    severity,
    ...(owner !== undefined && { owner }),
    since: startsAt,
    summary: summary ?? description ?? "",
    ...(runbook !== undefined && { runbook }),
    isSilenced,
  };
}
