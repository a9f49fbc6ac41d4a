/**
 * Dashboards in Grafana's own form, by its SDK: in the first version of the schema, which files are read in by every release
 * that is supported. The SDK calls it deprecated.
 */
/* eslint-disable @typescript-eslint/no-deprecated */
import * as elasticsearch from "@grafana/grafana-foundation-sdk/elasticsearch";
import * as logs from "@grafana/grafana-foundation-sdk/logs";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import type * as cog from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import {
  AdHocVariableBuilder,
  AnnotationQueryBuilder,
  CustomVariableBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
  VariableSort,
  type Dashboard as GrafanaDashboard,
  type Panel as GrafanaPanel,
  type VariableModel,
  type Threshold,
} from "@grafana/grafana-foundation-sdk/dashboard";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as tables from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import { fields } from "../../logging/record";
import { linesSource, prometheusSource } from "../names";
import type {
  Annotation,
  Dashboard,
  Filter,
  LinesPanel,
  Panel,
  Query,
  Variable,
} from "./dashboard";

/** Tag of all of them, by which each links the others. */
const tag = "slipway";

const datasource = { type: "prometheus", uid: prometheusSource } as const;
const store = { type: "elasticsearch", uid: linesSource } as const;
const linesHeight = 12;
const widths = { plot: 12, number: 4, table: 24 } as const;
const heights = { plot: 8, number: 4, table: 6 } as const;

/** A dashboard as Grafana reads it from a file. */
export function grafanaDashboard(dashboard: Dashboard): GrafanaDashboard {
  const { uid, title, description, variables, filters = [], annotations, rows } = dashboard;
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .readonly()
    .timezone("browser")
    .time({ from: "now-6h", to: "now" })
    .refresh("1m")
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder("Dashboards")
        .type(DashboardLinkType.Dashboards)
        .tags([tag])
        .asDropdown(true)
        .keepTime(true),
    );
  for (const variable of variables) builder.withVariable(variableOf(variable));
  for (const filter of filters) builder.withVariable(filterOf(filter));
  for (const annotation of annotations) builder.annotation(annotationOf(annotation));
  let id = 0;
  for (const { title: row, panels, lines = [] } of rows) {
    builder.withRow(new RowBuilder(row).id(++id));
    for (const panel of panels) builder.withPanel(panelOf(panel, ++id));
    for (const panel of lines) builder.withPanel(linesOf(panel, ++id));
  }
  return builder.build();
}

function variableOf({ name, label, of: { metric, label: from } }: Variable): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query(`label_values(${metric}, ${from})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

function filterOf(filter: Filter): cog.Builder<VariableModel> {
  const { kind, name, label } = filter;
  switch (kind) {
    case "choice": {
      const choices = Object.entries(filter.choices);
      const [text, value] = choices[0] ?? [];
      return new CustomVariableBuilder(name)
        .label(label)
        .values(choices.map(([each, lucene]) => `${each} : ${lucene}`).join(", "))
        .current({ text: text ?? "", value: value ?? "" });
    }
    case "text":
      return new TextBoxVariableBuilder(name).label(label).defaultValue("*");
    case "fields":
      return new AdHocVariableBuilder(name).label(label).datasource(store);
    default: {
      const never: never = kind;
      return never;
    }
  }
}

function annotationOf({
  name,
  expr,
  title,
  text,
  color,
  atValue,
  shown,
}: Annotation): AnnotationQueryBuilder {
  const builder = new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource)
    .enable(shown)
    .iconColor(color)
    .expr(expr)
    .step("60s")
    .titleFormat(title)
    .textFormat(text);
  return atValue === true ? builder.useValueForTime(true) : builder;
}

function panelOf(panel: Panel, id: number): cog.Builder<GrafanaPanel> {
  switch (panel.kind) {
    case "plot":
      return plotOf(panel, id);
    case "number":
      return numberOf(panel, id);
    case "table":
      return tableOf(panel, id);
    default: {
      const never: never = panel.kind;
      return never;
    }
  }
}

function plotOf(panel: Panel, id: number): timeseries.PanelBuilder {
  const { stacked = false, max, limits, queries } = panel;
  const builder = styled(new timeseries.PanelBuilder(), panel, id)
    .fillOpacity(stacked ? 30 : 10)
    .lineWidth(1)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  if (stacked)
    builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  if (max !== undefined) builder.min(0).max(max);
  if (limits !== undefined)
    builder.thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
  queries.forEach((query, index) => builder.withTarget(target(query, index)));
  return builder;
}

function numberOf(panel: Panel, id: number): stat.PanelBuilder {
  const builder = styled(new stat.PanelBuilder(), panel, id)
    .graphMode(common.BigValueGraphMode.None)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
  panel.queries.forEach((query, index) => builder.withTarget(target(query, index).instant()));
  return builder;
}

function tableOf(panel: Panel, id: number): tables.PanelBuilder {
  const { columns = {}, queries } = panel;
  const builder = styled(new tables.PanelBuilder(), panel, id).withTransformation({
    id: "filterFieldsByName",
    options: { include: { names: Object.keys(columns) } },
  });
  builder.withTransformation({
    id: "organize",
    options: {
      indexByName: Object.fromEntries(Object.keys(columns).map((name, index) => [name, index])),
      renameByName: columns,
    },
  });
  queries.forEach((query, index) =>
    builder.withTarget(target(query, index).instant().format(PromQueryFormat.Table)),
  );
  return builder;
}

function linesOf(
  { title, description, lucene, limit, more }: LinesPanel,
  id: number,
): logs.PanelBuilder {
  const builder = new logs.PanelBuilder()
    .id(id)
    .title(title)
    .description(description)
    .datasource(store)
    .span(widths.table)
    .height(linesHeight)
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(common.LogsSortOrder.Descending)
    .withTarget(
      new elasticsearch.DataqueryBuilder()
        .refId("A")
        .query(lucene)
        .timeField(fields.time)
        .metrics([new elasticsearch.LogsBuilder().id("1").settings({ limit: String(limit) })])
        .bucketAggs([]),
    );
  if (more !== undefined) {
    const filters = Object.entries(more.filters).map(([name, value]) => `&var-${name}=${value}`);
    builder.links([
      new DashboardLinkBuilder(more.title)
        .type(DashboardLinkType.Link)
        .url(`/d/${more.uid}?\${__url_time_range}${filters.join("")}`),
    ]);
  }
  return builder;
}

/** What every kind of panel can be told. */
interface Common {
  id(id: number): this;
  title(text: string): this;
  description(text: string): this;
  unit(unit: string): this;
  datasource(reference: { type: string; uid: string }): this;
  span(width: number): this;
  height(height: number): this;
  thresholds(thresholds: cog.Builder<{ mode: ThresholdsMode; steps: Threshold[] }>): this;
}

function styled<Builder extends Common>(
  builder: Builder,
  { kind, title, description, unit, width = widths[kind], limits, lessIsWorse = false }: Panel,
  id: number,
): Builder {
  return builder
    .id(id)
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(datasource)
    .span(width)
    .height(heights[kind])
    .thresholds(
      new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps(limits, lessIsWorse)),
    );
}

/** Colours by figure, from the lowest on. */
function steps(limits: Panel["limits"], lessIsWorse: boolean): Threshold[] {
  const good = "green";
  if (limits === undefined) return [{ value: null, color: good }];
  const { warning, critical } = limits;
  if (!lessIsWorse)
    return [
      { value: null, color: good },
      ...(warning === undefined ? [] : [{ value: warning, color: "orange" }]),
      { value: critical, color: "red" },
    ];
  return [
    { value: null, color: "red" },
    ...(warning === undefined ? [] : [{ value: next(critical), color: "orange" }]),
    { value: warning ?? next(critical), color: good },
  ];
}

/** A threshold counts from its figure on: what is critical at a whole number is no more at the next one. */
function next(critical: number): number {
  return critical === 0 ? 1e-9 : critical;
}

function target({ expr, legend }: Query, index: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCharCode("A".charCodeAt(0) + index))
    .expr(expr)
    .legendFormat(legend);
}
