import { formatMegabytes } from '../../resource/format-megabytes.ts'
import { textTable } from '../../print/text/text-table.ts'
import type { EngineAddress } from '../../settings/cluster-options.ts'
import { LEASE_MS, RENEW_MS } from '../share/lease.ts'
import { unfitVersion } from './check-server.ts'
import { readStatus } from './cluster-status.ts'
import type { KnownMachine } from './cluster-status.ts'
import type { Keys } from './keys.ts'
import { serverInfo, serverTimeMs } from './redis.ts'
import type { Connection } from './redis.ts'

/** One thing that was looked at. `fix`: what to change; '' if nothing. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'bad'
  readonly what: string
  readonly found: string
  readonly fix: string
}

/** How many times the server is asked for the latency. */
const PINGS = 20

/** Answers are slow from here on, in ms. */
const SLOW_MS = 50

/** Memory counts as nearly full from this share of `maxmemory` on. */
const FULL = 0.8

/** Looks for what would keep a cluster from working well on this server. The exit code is 2 if something is bad. */
export async function examine(redis: Connection, keysOf: (zone: string) => Keys, address: EngineAddress) {
  const info = await serverInfo(redis)
  const { offsetMs, findings: latency } = await measure(redis)
  const { machines } = await readStatus(redis, keysOf)
  const findings: Finding[] = [
    ...serverFindings(info, address.isCluster),
    await accessFinding(redis, address),
    await scriptFinding(redis),
    ...latency,
    clockFinding('clock of this machine', offsetMs),
    ...machineFindings(machines.filter(({ isUp }) => isUp)),
  ]
  const rows = findings.map(({ level, what, found, fix }) => [
    level,
    what,
    fix === '' ? found : `${found}: ${fix}`,
  ])
  const isBad = findings.some(({ level }) => level === 'bad')
  return { text: textTable(rows), json: { findings }, code: isBad ? (2 as const) : (0 as const) }
}

/** What the server says of itself. */
export function serverFindings(info: ReadonlyMap<string, string>, isCluster: boolean): Finding[] {
  const unfit = unfitVersion(info, isCluster)
  const version = `${info.has('valkey_version') ? 'Valkey' : 'Redis'} ${info.get('valkey_version') ?? info.get('redis_version')}`
  const policy = info.get('maxmemory_policy') ?? 'unknown'
  return [
    unfit === null
      ? ok('server', version)
      : bad('server', unfit, 'use one that can be used: see docs/cluster.md'),
    info.get('role') === 'slave'
      ? bad('role', 'a replica', 'name the server that it copies in --cluster, or the sentinels')
      : ok('role', 'takes writes'),
    policy === 'noeviction'
      ? ok('maxmemory-policy', policy)
      : bad(
          'maxmemory-policy',
          policy,
          'it may forget batches; CONFIG SET maxmemory-policy noeviction, and in its file',
        ),
    memoryFinding(info),
    ...persistenceFindings(info),
  ]
}

function memoryFinding(info: ReadonlyMap<string, string>): Finding {
  const most = Number(info.get('maxmemory') ?? 0)
  const used = Number(info.get('used_memory') ?? 0)
  if (most === 0) return ok('memory', `${formatMegabytes(used, 1)} used, no limit`)
  const found = `${formatMegabytes(used, 1)} of ${formatMegabytes(most, 1)} used`
  return used < FULL * most ? ok('memory', found) : bad('memory', found, 'raise maxmemory')
}

function persistenceFindings(info: ReadonlyMap<string, string>): Finding[] {
  const isLogged = info.get('aof_enabled') === '1'
  const failing = [
    ...(isLogged && info.get('aof_last_write_status') === 'err' ? ['the append-only file'] : []),
    ...(info.get('rdb_last_bgsave_status') === 'err' ? ['the last snapshot'] : []),
  ]
  if (failing.length > 0)
    return [
      bad('persistence', `${failing.join(' and ')} could not be written`, 'see its log: is its disk full?'),
    ]
  if (isLogged) return [ok('persistence', 'appendonly yes')]
  const why = 'after a restart, alerts and what was learnt of URLs begin anew; set appendonly yes'
  return [warn('persistence', 'appendonly no', why)]
}

async function accessFinding(redis: Connection, { hosts, password, tls }: EngineAddress): Promise<Finding> {
  const isLocal = hosts.every(({ host }) => /^(127\.|::1$|localhost$)/.test(host))
  if (isLocal) return ok('access', 'on this machine')
  // A server that wants none takes any.
  if (password === null || (await letsInStrangers(redis)))
    return warn(
      'access',
      'no password',
      'who can write to it decides what is polled; set one, see --cluster-auth',
    )
  return tls === null
    ? warn('access', 'a password, no TLS', 'lists and the password are readable on the way; use rediss://')
    : ok('access', 'a password and TLS')
}

/** Whether commands are taken from somebody without a password. */
async function letsInStrangers(redis: Connection): Promise<boolean> {
  const stranger = redis.duplicate({
    username: '',
    password: '',
    enableReadyCheck: false,
    retryStrategy: () => null,
  })
  stranger.on('error', () => {})
  try {
    await stranger.connect()
    await stranger.ping()
    return true
  } catch {
    return false
  } finally {
    stranger.disconnect()
  }
}

async function scriptFinding(redis: Connection): Promise<Finding> {
  try {
    await redis.eval('return 1', 0)
    return ok('scripts', 'can be run')
  } catch (error) {
    return bad('scripts', `can't be run (${(error as Error).message})`, 'let the user run EVALSHA and EVAL')
  }
}

async function measure(redis: Connection): Promise<{ offsetMs: number; findings: Finding[] }> {
  const trips: { readonly ms: number; readonly offsetMs: number }[] = []
  for (let count = 0; count < PINGS; count++) {
    const [wall, began] = [Date.now(), performance.now()]
    const time = await serverTimeMs(redis)
    const ms = performance.now() - began
    trips.push({ ms, offsetMs: wall + ms / 2 - time })
  }
  const sorted = trips.toSorted((one, other) => one.ms - other.ms)
  const [best, median, worst] = [sorted[0], sorted[PINGS / 2], sorted[PINGS - 1]].map((trip) => trip?.ms ?? 0)
  const found = `${(median as number).toFixed(1)} ms, at most ${(worst as number).toFixed(1)} ms`
  const why = `a machine polls for ${LEASE_MS / 1_000} s after a renewal; put the server nearer, or look what it is busy with`
  const isSlow = (best as number) > SLOW_MS || (worst as number) > RENEW_MS
  const finding = isSlow
    ? ((median as number) > RENEW_MS ? bad : warn)('latency', found, why)
    : ok('latency', found)
  return { offsetMs: sorted[0]?.offsetMs ?? 0, findings: [finding] }
}

function clockFinding(what: string, offsetMs: number): Finding {
  const found = `${Math.abs(Math.round(offsetMs))} ms ${offsetMs < 0 ? 'behind' : 'ahead of'} that of the server`
  const why = 'polls are not touched, but times that machines show differ; set both by NTP'
  return Math.abs(offsetMs) > LEASE_MS ? warn(what, found, why) : ok(what, found)
}

const NOT_READY =
  'it is starting, or none of its pollers runs, or its main thread stands still; see its standard error'
const UNREAD = 'it plans only if no other machine can, and then removes nothing; see its standard error'
const OTHER_LISTS = 'the planner alone decides which counts; give all machines one, or another --cluster-name'

/** What the machines say of themselves. */
export function machineFindings(machines: readonly KnownMachine[]): Finding[] {
  const values = (of: (machine: KnownMachine) => string) => [...new Set(machines.map(of))].filter(Boolean)
  const lists = values(({ list }) => list)
  const versions = values(({ version }) => version)
  const idle = machines.filter(({ isReady, isDrained }) => !isReady && !isDrained)
  const part = machines.filter(({ isPart }) => isPart)
  const zones = [...new Set(machines.map(({ zone }) => zone))]
  const without = zones.filter(
    (name) => !machines.some(({ zone, list, isPart }) => zone === name && (list !== '' || isPart)),
  )
  return [
    ok('machines', `${machines.length} up`),
    ...idle.map(({ name }) => warn(`machine ${name}`, 'polls nothing', NOT_READY)),
    ...machines.map(({ name, clockMs }) => clockFinding(`clock of ${name}`, clockMs)),
    ...(versions.length > 1
      ? [warn('versions', versions.join(', '), 'meant for the time of an upgrade; end it')]
      : []),
    ...(lists.length > 1 ? [warn('lists', `${lists.length} different ones`, OTHER_LISTS)] : []),
    ...part.map(({ name }) => warn(`lists of ${name}`, 'not all are read', UNREAD)),
    ...without.map((zone) =>
      bad('lists', zone === '' ? 'none' : `none in zone ${zone}`, 'start a machine with a list'),
    ),
  ]
}

const ok = (what: string, found: string): Finding => ({ level: 'ok', what, found, fix: '' })
const warn = (what: string, found: string, fix: string): Finding => ({ level: 'warn', what, found, fix })
const bad = (what: string, found: string, fix: string): Finding => ({ level: 'bad', what, found, fix })
