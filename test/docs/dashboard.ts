import { VariableRefresh, VariableSort } from '@grafana/schema'
import type { Dashboard, GridPos, Panel } from '@grafana/schema'

/** A query of a panel and the name of its series. */
type Query = readonly [expr: string, legend: string]

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }

/** The selector of all series of the chosen servers. */
const OF = 'job=~"$job",instance=~"$instance"'

const WIDTH = 24

/** A panel without its place. */
function panel(type: string, title: string, description: string, unit: string, queries: readonly Query[]) {
  const table = type === 'table'
  return {
    type,
    title,
    description,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: queries.map(([expr, legendFormat], n) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + n),
      datasource: DATASOURCE,
      expr,
      legendFormat,
      ...(table ? { format: 'table', instant: true } : {}),
    })),
  } satisfies Panel
}

/** Panels of one height side by side, as wide as each other. */
function row(height: number, ...panels: readonly Panel[]): { height: number; panels: readonly Panel[] } {
  return { height, panels }
}

/** Columns of a table that say nothing to its reader. */
function withoutColumns(table: Panel): Panel {
  const excludeByName = { Time: true, __name__: true, job: true }
  return { ...table, transformations: [{ id: 'organize', options: { excludeByName } }] }
}

const ROWS = [
  row(
    4,
    panel('stat', 'Up', 'URLs that are up.', 'none', [[`sum(headcount_urls{${OF},verdict="up"})`, 'up']]),
    panel('stat', 'Down', 'URLs that are down.', 'none', [
      [`sum(headcount_urls{${OF},verdict="down"})`, 'down'],
    ]),
    panel(
      'stat',
      'Unknown',
      'URLs of which headcount cannot tell, because the fault is on its side.',
      'none',
      [[`sum(headcount_urls{${OF},verdict="unknown"})`, 'unknown']],
    ),
    panel('stat', 'Polls that found their URL up', 'Without polls that found nothing.', 'percentunit', [
      [
        `sum(rate(headcount_polls_total{${OF},verdict="up"}[$__rate_interval])) / sum(rate(headcount_polls_total{${OF},verdict!="unknown"}[$__rate_interval]))`,
        'up',
      ],
    ]),
  ),
  row(
    8,
    panel('timeseries', 'URLs by verdict', 'The latest verdict of each URL.', 'none', [
      [`sum by (verdict) (headcount_urls{${OF}})`, '{{verdict}}'],
    ]),
    panel('timeseries', 'Polls not up, by reason', 'Polls a second.', 'reqps', [
      [
        `sum by (reason) (rate(headcount_polls_total{${OF},verdict!="up"}[$__rate_interval])) > 0`,
        '{{reason}}',
      ],
    ]),
  ),
  row(
    9,
    withoutColumns(
      panel('table', 'Down now', 'URLs that are down, with the last status if there was an answer.', 'none', [
        [`headcount_url_up{${OF}} == 0`, ''],
      ]),
    ),
    withoutColumns(
      panel('table', 'Certificates that expire first', 'Time left.', 's', [
        [`sort(bottomk(20, headcount_url_certificate_expiry_timestamp_seconds{${OF}} - time()))`, ''],
      ]),
    ),
  ),
  row(
    8,
    panel('timeseries', 'Duration of polls', 'Half, 95 % and 99 % of the polls were shorter.', 's', [
      ...['0.5', '0.95', '0.99'].map((part): Query => [
        `histogram_quantile(${part}, sum by (le) (rate(headcount_poll_duration_seconds_bucket{${OF}}[$__rate_interval])))`,
        part,
      ]),
    ]),
    panel('timeseries', 'Slowest URLs', 'The ten URLs whose last polls took longest.', 's', [
      [`topk(10, headcount_url_poll_duration_seconds{${OF}})`, '{{url}}'],
    ]),
    panel('timeseries', 'Where the time goes', 'Mean duration of each phase over all URLs.', 's', [
      [`avg by (phase) (headcount_url_duration_seconds{${OF}})`, '{{phase}}'],
    ]),
  ),
  row(
    8,
    panel('timeseries', 'Polls', 'Polls a second.', 'reqps', [
      [`sum by (instance) (rate(headcount_polls_total{${OF}}[$__rate_interval]))`, '{{instance}}'],
      [
        `sum by (instance) (rate(headcount_polls_skipped_total{${OF}}[$__rate_interval]))`,
        '{{instance}} skipped',
      ],
    ]),
    panel('timeseries', 'Lateness of polls', '99 % of the polls began at most so late.', 's', [
      [
        `histogram_quantile(0.99, sum by (instance, le) (rate(headcount_poll_lateness_seconds_bucket{${OF}}[$__rate_interval])))`,
        '{{instance}}',
      ],
    ]),
    panel('timeseries', 'CPU of the threads', 'Seconds of CPU time a second.', 'none', [
      [
        `sum by (instance, thread) (rate(headcount_thread_cpu_seconds_total{${OF}}[$__rate_interval]))`,
        '{{instance}} {{thread}}',
      ],
    ]),
    panel('timeseries', 'Memory', 'Resident memory.', 'bytes', [
      [`process_resident_memory_bytes{${OF}} and on (instance) headcount_build_info`, '{{instance}}'],
    ]),
  ),
]

/** The panels of all rows, each in its place. */
function placed(): Panel[] {
  let y = 0
  return ROWS.flatMap(({ height, panels }) => {
    const w = WIDTH / panels.length
    const top = y
    y += height
    return panels.map((one, n) => ({ ...one, gridPos: { x: n * w, y: top, w, h: height } satisfies GridPos }))
  }).map((one, n) => ({ ...one, id: n + 1 }))
}

/** A variable with the values of a label. */
function variable(name: string, query: string) {
  return {
    type: 'query' as const,
    name,
    label: name,
    datasource: DATASOURCE,
    query: { query, refId: name },
    includeAll: true,
    multi: true,
    current: { text: 'All', value: '$__all' },
    refresh: VariableRefresh.onTimeRangeChanged,
    sort: VariableSort.alphabeticalAsc,
  }
}

/** `packaging/prometheus/grafana-dashboard.json`, in the form that Grafana imports. */
export const DASHBOARD: Dashboard = {
  uid: 'headcount',
  title: 'headcount',
  description: 'Which URLs answer, by the metrics of headcount --listen.',
  tags: ['headcount'],
  schemaVersion: 39,
  editable: true,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  templating: {
    list: [
      { type: 'datasource', name: 'datasource', label: 'data source', query: 'prometheus' },
      variable('job', 'label_values(headcount_build_info, job)'),
      variable('instance', 'label_values(headcount_build_info{job=~"$job"}, instance)'),
    ],
  },
  panels: placed(),
}
