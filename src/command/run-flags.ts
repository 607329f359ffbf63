import { DEFAULT_CONCURRENCY, defaultPoolSize } from './capacity/limits.ts'
import { FORMAT_NAMES } from '../print/text/formats.ts'
import { choice, optional, path, toggle, value, values } from '../settings/flag.ts'
import { EXTERNAL_URL, WEB_PREFIX, LISTEN_ADDRESS, OTLP_TARGET } from '../settings/network-types.ts'
import { integer, LIST_NAME, STORAGE_SIZE, TIME } from '../settings/value-types.ts'
import { CLUSTER_FLAGS } from './cluster-flags.ts'
import { ONCE_FLAGS } from './once-flags.ts'
import { OUTPUT_TARGET } from './output-target.ts'

/** Flags that main and the monitor use: a row here is a field of Options. */
export const RUN_FLAGS = [
  path({
    usage: '-c, --config <file>',
    field: 'config',
    group: 'Lists',
    help: 'read flags, URLs and groups of URLs from this YAML file',
  }),
  values({
    usage: '-f, --file <list>',
    field: 'files',
    group: 'Lists',
    help: 'read URLs from this file or URL; - is standard input; repeatable',
    type: LIST_NAME,
  }),
  value({
    usage: '--refresh <duration>',
    field: 'refreshMs',
    group: 'Lists',
    help: 'time between two readings of a list that comes from a server',
    type: TIME,
    default: '60s',
  }),
  toggle({
    usage: '--allow-shrink',
    field: 'allowShrink',
    group: 'Lists',
    help: 'accept a changed list that has lost more than half of its URLs',
  }),
  toggle({
    usage: '--once',
    field: 'once',
    group: 'Run',
    help: 'poll every URL once, print the results, exit',
  }),
  ...ONCE_FLAGS,
  optional({
    usage: '--duration <duration>',
    field: 'durationMs',
    group: 'Run',
    help: 'stop after this time (default: never)',
    type: TIME,
  }),
  toggle({
    usage: '--check',
    field: 'check',
    group: 'Run',
    help: 'report mistakes in the lists, poll nothing',
  }),
  toggle({
    usage: '--plan',
    field: 'plan',
    group: 'Run',
    help: 'estimate the CPU, memory and descriptors that the lists need, poll nothing',
  }),
  toggle({
    usage: '--demo',
    field: 'demo',
    group: 'Run',
    help: 'serve a small site on loopback, poll it, and answer over HTTP on a free port',
  }),
  path({
    usage: '--cacert <file>',
    field: 'cacert',
    group: 'TLS',
    help: 'trust these certificates too (PEM)',
  }),
  choice({
    usage: '--format <format>',
    field: 'format',
    group: 'Output',
    help: 'auto is table on a terminal, otherwise log',
    choices: ['auto', ...FORMAT_NAMES],
    default: 'auto',
  }),
  values({
    usage: '--output <file[:format]>',
    field: 'outputs',
    group: 'Output',
    help: 'write the results to this file too: --once replaces it, other runs append; repeatable',
    type: OUTPUT_TARGET,
  }),
  value({
    usage: '--status-interval <duration>',
    field: 'statusIntervalMs',
    group: 'Output',
    help: 'time between two printed states: the counts, and the URLs that are not up (480h: only the last)',
    type: TIME,
    default: '10s',
  }),
  toggle({
    usage: '--changes',
    field: 'changes',
    group: 'Output',
    help: 'print a URL only when its verdict, reason or status has changed; in a log it also shortens the printed states',
  }),
  toggle({
    usage: '--verbose',
    field: 'verbose',
    group: 'Output',
    help: 'report every failed poll on standard error, not only changes',
  }),
  optional({
    usage: '--listen <[host:]port>',
    field: 'listen',
    group: 'HTTP',
    help: 'serve metrics, probes and health checks over HTTP here; a bare port is one of 127.0.0.1 (default: off)',
    type: LISTEN_ADDRESS,
  }),
  path({
    usage: '--web-config <file>',
    field: 'webConfig',
    group: 'HTTP',
    help: "TLS, passwords and headers of --listen, in the format of Prometheus' exporters (default: none)",
  }),
  value({
    usage: '--web-prefix <path>',
    field: 'webPrefix',
    group: 'HTTP',
    help: 'answer under this path, for a reverse proxy that passes it on',
    type: WEB_PREFIX,
    default: '/',
  }),
  optional({
    usage: '--external-url <url>',
    field: 'externalUrl',
    group: 'HTTP',
    help: 'the address of the page for those who get notifications, for their links (default: that of --listen)',
    type: EXTERNAL_URL,
  }),
  value({
    usage: '--metrics-urls <n>',
    field: 'metricsUrls',
    group: 'HTTP',
    help: 'at most so many URLs have series of their own in /metrics',
    type: integer(0, 1_000_000),
    default: '10000',
  }),
  path({
    usage: '--probe-config <file>',
    field: 'probeConfig',
    group: 'HTTP',
    help: 'read the modules of /probe from this blackbox.yml (default: http_2xx)',
  }),
  optional({
    usage: '--otlp <url>',
    field: 'otlp',
    group: 'HTTP',
    help: 'push metrics to this collector by OTLP; env: to that of OTEL_EXPORTER_OTLP_ENDPOINT (default: off)',
    type: OTLP_TARGET,
  }),
  path({
    usage: '--history <file>',
    field: 'history',
    group: 'History',
    help: 'keep history in this SQLite file (default: with --listen in memory, else none)',
  }),
  optional({
    usage: '--history-size <bytes>',
    field: 'historySize',
    group: 'History',
    help: 'the most that the history may take; the oldest and finest goes first (default: 1GB; in memory 32MB)',
    type: STORAGE_SIZE,
  }),
  path({
    usage: '--alert-state <file>',
    field: 'alertState',
    group: 'Alerts',
    help: 'keep what alerts have been sent in this SQLite file (default: HISTORY.alerts with --history, else in memory)',
  }),
  ...CLUSTER_FLAGS,
  value({
    usage: '-p, --pool-size <n>',
    field: 'poolSize',
    group: 'Capacity',
    help: 'poller threads',
    type: integer(1, 1024),
    default: String(defaultPoolSize()),
    initialText: 'cores - 1, at least 1',
  }),
  optional({
    usage: '--concurrency <n>',
    field: 'concurrency',
    group: 'Capacity',
    help: `polls in flight per poller (default: ${DEFAULT_CONCURRENCY}, or what descriptors, ports and memory allow)`,
    type: integer(1, 65_536),
  }),
] as const
