import type { ListenAddress } from '../settings/listen-address.ts'

/** Defaults of the demo: short times, in ms, so that it soon has something to show, and a port that is free, where it answers. */
export const DEMO_DEFAULTS: Readonly<Record<string, unknown>> = {
  interval: 2_000,
  'error-backoff': 1_000,
  'max-backoff': 4_000,
  'status-interval': 2_000,
  timeout: 1_500,
  duration: 300_000,
  listen: { host: '127.0.0.1', port: 0 } satisfies ListenAddress,
}
