import type { MonitorOptions } from '../../src/print/text/monitor-options.ts'

/** A monitor that prints nothing by itself, for one poller. */
export const monitorOptions: MonitorOptions = {
  format: 'quiet',
  changes: false,
  once: false,
  verbose: false,
  oneOutput: false,
  brief: false,
  statusIntervalMs: null,
  pollers: 1,
  outputs: [],
  settings: [],
  inputs: [],
  metrics: false,
  history: false,
  alerts: false,
  screen: null,
  resumeFrom: null,
}
