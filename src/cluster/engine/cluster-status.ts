import { formatDuration } from '../../resource/format-duration.ts'
import { textTable } from '../../print/text/text-table.ts'
import { BATCHES } from './keys.ts'
import type { Keys } from './keys.ts'
import { readHeard } from './machines.ts'
import type { MachineStatus } from './messages.ts'
import { serverTimeMs } from './redis.ts'
import type { Connection } from './redis.ts'

/** A machine that was heard within this time is up, in ms. */
export const UP_MS = 3_000

/** A machine, as the server knows it. */
export interface KnownMachine extends MachineStatus {
  readonly isUp: boolean
  /** Which run of headcount it is. */
  readonly run: string
}

/** A cluster, as the server knows it. */
export interface KnownCluster {
  readonly machines: readonly KnownMachine[]
  /** Batches of the plan, or of the plans of all zones. */
  readonly batches: number
  /** Batches that no machine has. */
  readonly waiting: number
}

/** Reads what the server knows of a cluster, whose keys these are. Rejects when it does not answer. */
export async function readStatus(redis: Connection, keysOf: (zone: string) => Keys): Promise<KnownCluster> {
  const [said, now] = await Promise.all([redis.hgetall(keysOf('').machines), serverTimeMs(redis)])
  const machines = Object.entries(said).map(([name, text]) => {
    const [, run = '', heard = '0', says = '{}'] = /^(\S*) (\S*) (.*)$/s.exec(text) ?? []
    const machine = readHeard({ name, ageMs: Math.round(now - Number(heard)), says })
    return Object.assign(machine, { isUp: machine.ageMs < UP_MS, run })
  })
  const keys = [...new Set(['', ...machines.map(({ zone }) => zone)])].map(keysOf)
  const [batches, waiting] = await Promise.all([
    sumOf(keys.map(({ plan }) => redis.hlen(plan))),
    sumOf(keys.map((one) => countWaiting(redis, one))),
  ])
  const place = ({ zone, name }: MachineStatus) => `${zone} ${name}`
  return { machines: machines.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)), batches, waiting }
}

/** Batches that wait, and those of machines that died: they wait when a machine has looked for them. */
async function countWaiting(redis: Connection, keys: Keys): Promise<number> {
  const [waiting, active] = await Promise.all([
    redis.llen(`${keys.jobs(BATCHES)}wait`),
    redis.lrange(`${keys.jobs(BATCHES)}active`, 0, -1),
  ])
  const locks = await Promise.all(active.map((id) => redis.exists(keys.lock(BATCHES, id))))
  return waiting + locks.filter((found) => found === 0).length
}

async function sumOf(counts: readonly Promise<number>[]): Promise<number> {
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

/** The same for people. */
export function statusText({ machines, batches, waiting }: KnownCluster): string {
  if (machines.length === 0) return 'no machine was heard in the last hour\n'
  const hasZones = machines.some(({ zone }) => zone !== '')
  const zoneCell = (text: string) => (hasZones ? [text] : [])
  const rows = machines.map((machine) => [
    machine.name,
    ...zoneCell(machine.zone || '-'),
    stateOf(machine),
    String(machine.isUp ? machine.batches : 0),
    String(machine.isUp ? machine.urls : 0),
    doesOf(machine),
    `${formatDuration(machine.ageMs)} ago`,
    machine.version,
  ])
  const up = machines.filter(({ isUp }) => isUp).length
  return [
    textTable([
      ['machine', ...zoneCell('zone'), 'state', 'batches', 'URLs', 'does', 'heard', 'version'],
      ...rows,
    ]),
    `\n${up} of ${machines.length} up; ${batches} batches in the ${hasZones ? 'plans' : 'plan'}, ${waiting} of them with no machine\n`,
  ].join('')
}

function stateOf({ isUp, isDrained, isReady }: KnownMachine): string {
  if (!isUp) return 'gone'
  if (isDrained) return 'drained'
  return isReady ? 'up' : 'not ready'
}

function doesOf({ isUp, batches, plans, alerts }: KnownMachine): string {
  const does = isUp
    ? [...(plans ? ['plans'] : []), ...(alerts ? ['alerts'] : []), ...(batches > 0 ? ['polls'] : [])]
    : []
  return does.join(', ') || '-'
}
