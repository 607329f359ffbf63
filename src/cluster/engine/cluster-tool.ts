import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterOptions } from '../../settings/cluster-options.ts'
import { examine } from './doctor.ts'
import { Keys } from './keys.ts'
import { withConnection } from './one-connection.ts'
import { readStatus, statusText, UP_MS } from './cluster-status.ts'
import { callScript } from './redis.ts'
import type { Connection } from './redis.ts'

/** What `headcount cluster` asks. */
interface Question {
  readonly action: 'status' | 'drain' | 'resume' | 'doctor'
  readonly node: string
}

/** The answer, as text and as JSON, and the exit code. */
interface Answer {
  readonly text: string
  readonly json: object
  readonly code: 0 | 1 | 2
}

/** How long a machine may take to hand everything over, in ms, and how often is looked. */
const DRAIN_MS = 15_000
const DRAIN_CHECK_MS = 100

/** Answers what `headcount cluster` asks. Rejects with an error whose message is for people. */
export function askCluster(options: ClusterOptions, { action, node }: Question): Promise<Answer> {
  return withConnection(options.server, new Keys(options.name, '').plan, async (redis) => {
    const keysOf = (zone: string) => new Keys(options.name, zone)
    switch (action) {
      case 'status': {
        const status = await readStatus(redis, keysOf)
        return { text: statusText(status), json: status, code: 0 }
      }
      case 'doctor':
        return examine(redis, keysOf, options.server)
      case 'drain':
        return drain(redis, keysOf, node)
      case 'resume':
        return resume(redis, keysOf(''), node)
      default:
        return action satisfies never
    }
  })
}

async function drain(redis: Connection, keysOf: (zone: string) => Keys, node: string): Promise<Answer> {
  const { machines, drained } = keysOf('')
  const answer = (await callScript(redis, 'drain', [machines, drained, node, UP_MS])) as Buffer[]
  const [run, why] = answer.map(String)
  if (why === 'gone') return refused(node, 'no such machine is up: see status')
  if (why === 'last') return refused(node, 'no other machine is up that could take its URLs')
  for (let waited = 0; waited < DRAIN_MS; waited += DRAIN_CHECK_MS) {
    const all = (await readStatus(redis, keysOf)).machines
    const now = all.find(({ name }) => name === node)
    if (now === undefined || now.run !== run) return refused(node, 'it has ended')
    if (now.isDrained && now.batches === 0) {
      const isPolled = all.some((one) => one.zone === now.zone && one.isUp && !one.isDrained && one.isReady)
      const rest = isPolled ? '' : `; no machine polls in ${zoneText(now.zone)} now`
      const text = `${node}: everything is handed over, and it takes nothing until it is resumed or restarted${rest}\n`
      return { text, json: { node, drained: true, batches: 0 }, code: 0 }
    }
    await sleep(DRAIN_CHECK_MS)
  }
  return refused(node, `it was told, and has not handed everything over in ${DRAIN_MS / 1_000} s: see status`)
}

function zoneText(zone: string): string {
  return zone === '' ? 'the zone without a name' : `zone ${zone}`
}

async function resume(redis: Connection, keys: Keys, node: string): Promise<Answer> {
  const wasDrained = (await redis.hdel(keys.drained, node)) === 1
  const text = wasDrained ? `${node}: it takes its share again\n` : `${node}: it was not drained\n`
  return { text, json: { node, drained: false }, code: 0 }
}

function refused(node: string, why: string): Answer {
  return { text: `${node}: ${why}\n`, json: { node, error: why }, code: 1 }
}
