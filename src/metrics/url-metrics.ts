import type { Metric } from './metric.ts'

/** Metrics with a series for each URL. */
export const URL_METRICS = {
  up: {
    name: 'headcount_url_up',
    type: 'gauge',
    help: 'Whether the URL is up (1) or down (0). Absent while it is unknown or not polled yet.',
    labels: ['url'],
  },
  status: {
    name: 'headcount_url_status_code',
    type: 'gauge',
    help: 'Status of the answer that decided the verdict. Absent without an answer.',
    labels: ['url'],
  },
  duration: {
    name: 'headcount_url_poll_duration_seconds',
    type: 'gauge',
    help: 'Duration of the last poll, with both attempts if there were two.',
    labels: ['url'],
  },
  phases: {
    name: 'headcount_url_duration_seconds',
    type: 'gauge',
    help: 'Duration of each phase of the last poll, summed over redirects and attempts. 0 for a phase that was not reached. The phase proxy of the JSON lines is left out.',
    labels: ['url', 'phase'],
  },
  at: {
    name: 'headcount_url_last_poll_timestamp_seconds',
    type: 'gauge',
    help: 'When the last poll ended, in seconds since the epoch.',
    labels: ['url'],
  },
  expiry: {
    name: 'headcount_url_certificate_expiry_timestamp_seconds',
    type: 'gauge',
    help: 'When the certificate of the server expires, as last seen, in seconds since the epoch.',
    labels: ['url'],
  },
} as const satisfies Record<string, Metric>

/** The phases of a poll, as in the JSON lines; `proxy`, which few polls have, is in those only. */
export const PHASES = ['dns', 'connect', 'tls', 'wait'] as const

/** The most series of one URL. */
export const SERIES_PER_URL = Object.keys(URL_METRICS).length - 1 + PHASES.length

/** Names of labels that metrics of a URL have themselves. */
export const OWN_LABELS: ReadonlySet<string> = new Set(
  Object.values(URL_METRICS).flatMap(({ labels }) => labels),
)
