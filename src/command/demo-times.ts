/** Defaults of the demo: short times, in ms, so that it soon has something to show. */
export const DEMO_TIMES: Readonly<Record<string, number>> = {
  interval: 2_000,
  'error-backoff': 1_000,
  'max-backoff': 4_000,
  'status-interval': 2_000,
  timeout: 1_500,
  duration: 20_000,
}
