import { ALERT_METRICS } from './alert-metrics.ts'
import type { Metric } from './metric.ts'

/** Metrics over the whole list, and of the process. */
export const TOTAL_METRICS = {
  urls: {
    name: 'headcount_urls',
    type: 'gauge',
    help: 'URLs of the lists by their latest verdict; pending: not polled yet.',
    labels: ['verdict'],
  },
  omitted: {
    name: 'headcount_urls_without_series',
    type: 'gauge',
    help: 'URLs that have no series of their own because of --metrics-urls.',
    labels: [],
  },
  polls: {
    name: 'headcount_polls_total',
    type: 'counter',
    help: 'Polls that have ended, by verdict and reason.',
    labels: ['verdict', 'reason'],
  },
  duration: {
    name: 'headcount_poll_duration_seconds',
    type: 'histogram',
    help: 'Duration of polls.',
    labels: [],
  },
  lateness: {
    name: 'headcount_poll_lateness_seconds',
    type: 'histogram',
    help: 'How much later than planned polls began.',
    labels: [],
  },
  skipped: {
    name: 'headcount_polls_skipped_total',
    type: 'counter',
    help: 'Scheduled polls that were skipped.',
    labels: [],
  },
  resources: {
    name: 'headcount_resources',
    type: 'gauge',
    help: 'Where the URLs are: asleep, due, at a poller; leaving the lists are also among these.',
    labels: ['owner'],
  },
  invalidLines: {
    name: 'headcount_list_invalid_lines',
    type: 'gauge',
    help: 'Invalid lines of the lists, as they were read last.',
    labels: [],
  },
  refusedLists: {
    name: 'headcount_lists_refused',
    type: 'gauge',
    help: 'Lists that were read last without being taken, the configuration among them: what was read before stays in use.',
    labels: [],
  },
  restarts: {
    name: 'headcount_poller_restarts_total',
    type: 'counter',
    help: 'Poller threads that were replaced after they crashed or hung.',
    labels: [],
  },
  clusterServer: {
    name: 'headcount_cluster_server_up',
    type: 'gauge',
    help: 'Whether the server of the cluster answers. Absent without one.',
    labels: [],
  },
  nodes: {
    name: 'headcount_node_up',
    type: 'gauge',
    help: 'Whether a machine of the cluster was heard in the last 3 s. Without the server only this one is known.',
    labels: ['node', 'zone'],
  },
  nodeBatches: {
    name: 'headcount_cluster_batches',
    type: 'gauge',
    help: 'Batches of the list that a machine of the cluster polls.',
    labels: ['node', 'zone'],
  },
  nodeUrls: {
    name: 'headcount_cluster_urls',
    type: 'gauge',
    help: 'URLs that a machine of the cluster polls.',
    labels: ['node', 'zone'],
  },
  historyDropped: {
    name: 'headcount_history_dropped_total',
    type: 'counter',
    help: 'Polls that were not recorded in the history: the recorder was too slow, it ended before it wrote them, or the disk was full. Absent without history.',
    labels: [],
  },
  historyErrors: {
    name: 'headcount_history_errors_total',
    type: 'counter',
    help: 'Failed writes to the history. Absent without history.',
    labels: [],
  },
  historySize: {
    name: 'headcount_history_size_bytes',
    type: 'gauge',
    help: 'What the history takes, on the disk with its log, or in memory. Absent without history.',
    labels: [],
  },
  ...ALERT_METRICS,
  cpu: {
    name: 'headcount_thread_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time of the threads, without the one that checks passwords. It begins at 0 when a thread is replaced.',
    labels: ['thread'],
  },
  build: {
    name: 'headcount_build_info',
    type: 'info',
    help: 'The versions of headcount and of Node.',
    labels: ['version', 'node_version'],
  },
  processCpu: {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time of the process, user and system.',
    labels: [],
  },
  processMemory: {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Resident memory of the process.',
    labels: [],
  },
  processStart: {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process began, in seconds since the epoch.',
    labels: [],
  },
  openFds: {
    name: 'process_open_fds',
    type: 'gauge',
    help: 'Open file descriptors. Absent except on Linux.',
    labels: [],
  },
  maxFds: {
    name: 'process_max_fds',
    type: 'gauge',
    help: 'File descriptors that may be open. Absent except on Linux.',
    labels: [],
  },
} as const satisfies Record<string, Metric>
