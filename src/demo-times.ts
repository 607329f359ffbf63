import type { FlagValues } from './config-flags.ts'

/** How the demo differs from other runs: short times, in ms, so that something is to be seen. */
const DEMO = {
  interval: 2_000,
  errorBackoff: 1_000,
  maxBackoff: 4_000,
  statusInterval: 2_000,
  timeout: 1_500,
  duration: 20_000,
}

/** With --demo, short times where none are given. */
export function shortenDemo(values: FlagValues): void {
  if (values.getOptionValue('demo') !== true) return
  for (const [name, ms] of Object.entries(DEMO)) {
    const source = values.getOptionValueSource(name)
    if (source === undefined || source === 'default') values.setOptionValueWithSource(name, ms, 'demo')
  }
}
