// The whole program under random faults: `npm run chaos -- --steps 1000 --seed 7`, or `--deaths 10000` to run until so many pollers
// have died; `npm run chaos -- --alerts --kills 100` for alerts, see alerts.ts;
// `npm run chaos -- --cluster --minutes 30` for machines that share a list (`--keep-alive`: over kept connections), see cluster.ts. Exits with 1 if a check failed. The same seed gives the same faults in the same order with the same pauses.
import { parseArgs } from 'node:util'
import { alertChaos } from './alerts.ts'
import { clusterChaos } from './cluster.ts'
import { chaos } from './run.ts'

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '200' },
    deaths: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    urls: { type: 'string' },
    pollers: { type: 'string', default: '4' },
    pause: { type: 'string', default: '1000' },
    alerts: { type: 'boolean', default: false },
    kills: { type: 'string', default: '100' },
    cluster: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '30' },
    interval: { type: 'string', default: '2000' },
    'keep-alive': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const print = (line: string) => void process.stdout.write(`${line}\n`)
print(`seed ${seed}`)
const ends: (() => unknown)[] = []
const teardown = (end: () => unknown) => void ends.push(end)
function run() {
  if (values.alerts) return alertChaos({ teardown }, { seed, kills: Number(values.kills), say: print })
  const urls = Number(values.urls ?? 2_000)
  if (values.cluster) {
    const extent = { minutes: Number(values.minutes), urls, intervalMs: Number(values.interval) }
    const how = { keepAlive: values['keep-alive'], tellsAll: values.verbose }
    return clusterChaos({ teardown }, { seed, ...extent, ...how, say: print })
  }
  const deaths = values.deaths === undefined ? null : Number(values.deaths)
  const extent = { steps: Number(values.steps), deaths, urls, pollers: Number(values.pollers) }
  return chaos({ seed, ...extent, pauseMs: Number(values.pause), say: print })
}
const { violations, ...figures } = await run()
for (const end of ends.toReversed()) await end()
for (const violation of violations.slice(0, 100)) print(violation)
print(`${violations.length === 0 ? 'passed' : 'FAILED'}: seed ${seed}, ${JSON.stringify(figures)}`)
process.exitCode = violations.length === 0 ? 0 : 1
