import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { deserialize } from 'node:v8'
import type { ExecutionContext } from 'ava'
import { CutProxy } from '../helpers/cut-proxy.ts'
import type { CutKind } from '../helpers/cut-proxy.ts'
import { directoryOf } from '../helpers/directory.ts'
import { forkServer, pathBeside } from '../helpers/processes.ts'
import { seeded } from '../helpers/random.ts'
import { Valkey } from '../helpers/valkey.ts'
import { ClusterList } from './cluster-list.ts'
import { ClusterMachine } from './cluster-machine.ts'
import { ThreadControl } from './thread-control.ts'
import { allAway, findingsOf, percentile } from './cluster-records.ts'
import type { ClusterFindings, Span } from './cluster-records.ts'
import type { RecordingRequest, RequestRecords } from './recording-servers.ts'

/** Machines that run from the start; those that are added and removed; and those that have a list. */
const FIRST = ['a', 'b', 'c', 'd', 'e']
const FURTHER = ['f', 'g']
const LISTED = new Set(['a', 'b', 'c', 'f'])

const ORIGINS = 40

/** A URL is not polled for so long only when something is broken: faults that follow each other make gaps longer, in ms. */
const GAP_LIMIT_MS = 30_000

/** After the server is back, machines wait for a lease before they poll, in ms; and on a machine that others use too. */
const ENGINE_RECOVERY_MS = 6_000

/** Every URL has to be polled within this time once all is well, in ms. */
const SETTLE_LIMIT_MS = 60_000

/** After this time a program has started, also on a machine that is busy. */
const STARTED_MS = 10_000

/** What machines may say on standard error. */
const EXPECTED_STDERR =
  /^The cluster thread ended(?:: thrown late)?; another takes its place|^this machine hands its URLs over until it can poll again: its main thread|^this machine can poll again|^the cluster's server \S+ (?:does not answer \(|answers again)|^\S+: \d+ new|^\S+: \d+ gone|^\d+ descriptors \(ulimit -n\)|^suspended for |^Finishing |^the fault is on our side: the poller.s thread stood still for /

/** The extent of a run. */
export interface ClusterChaosOptions {
  readonly seed: number
  readonly minutes: number
  readonly urls: number
  /** Time between two polls of a URL, in ms. */
  readonly intervalMs: number
  /** Machines keep their connections. */
  readonly keepAlive: boolean
  /** Says of each fault when it begins and ends. */
  readonly tellsAll: boolean
  say(line: string): void
}

/** The outcome of a run. */
export interface ClusterChaosResult {
  readonly violations: string[]
  readonly faults: Readonly<Record<string, number>>
  readonly polls: number
  readonly urls: number
  readonly gapMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly latenessMs: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Slots that a second machine polled, with a poll that had begun before it was frozen. */
  readonly begunBeforeFreeze: number
  /** The same, with a poll after one that did not tell how the URL is. */
  readonly againAfterUnknown: number
  readonly allAwayMs: number
}

/** Has machines that share a list fail at random, and reads in the records of the servers that they poll what must not be. */
export async function clusterChaos(
  t: Pick<ExecutionContext, 'teardown'>,
  { seed, minutes, urls, intervalMs, keepAlive, tellsAll, say }: ClusterChaosOptions,
): Promise<ClusterChaosResult> {
  const random = seeded(seed)
  const violations: string[] = []
  const directory = directoryOf(t)
  const nodes = [...FIRST, ...FURTHER]
  const path = pathBeside(import.meta.url, 'recording-servers.ts')
  const { child: servers, address } = await forkServer(path, [String(ORIGINS), nodes.join()])
  t.teardown(() => servers.disconnect())
  const list = new ClusterList(join(directory, 'urls.txt'), address as number[], urls, random)
  const valkey = await Valkey.start(t)
  const machines = new Map<string, ClusterMachine>()
  const unknown = new Map<string, number[]>()
  const noteUnknown = (line: string) => {
    const { url } = JSON.parse(line) as { url: string }
    unknown.set(url, [...(unknown.get(url) ?? []), Date.now()])
  }
  const threads = new ThreadControl()
  t.teardown(() => threads.close())
  const env = {
    CHAOS_PORT: String(await threads.listen()),
    NODE_OPTIONS: `--import ${pathBeside(import.meta.url, 'thread.ts')}`,
    NODE_COMPILE_CACHE: join(directory, 'cache'),
  }
  for (const name of nodes) {
    const flags = [
      ...(LISTED.has(name) ? ['-f', list.file] : []),
      ...(keepAlive ? ['--keep-alive'] : []),
      ...['-i', `${intervalMs}ms`, '-p', '1'],
    ]
    const proxy = await CutProxy.start(t, valkey.port)
    const hooks = {
      onLine: (by: string, line: string) => {
        if (line.includes('"verdict":"down"')) violations.push(`${by} said: ${line}`)
        if (line.includes('"verdict":"unknown"')) noteUnknown(line)
      },
      onError: (by: string, line: string) => {
        if (tellsAll) say(`${Date.now()}: ${by}: ${line}`)
        if (!EXPECTED_STDERR.test(line)) violations.push(`${by} on standard error: ${line}`)
      },
      violation: (text: string) => void violations.push(text),
    }
    machines.set(name, new ClusterMachine(name, proxy, [...flags, '--changes'], env, hooks))
  }
  t.teardown(() => Promise.all([...machines.values()].map((machine) => machine.kill())))
  const of = (name: string) => machines.get(name) as ClusterMachine
  const count = async () => (await ask(servers, { type: 'count' })) as number

  for (const name of FIRST) of(name).start()
  const from = await allPolled(servers, list, violations, 'at the start')
  say(`${urls} URLs every ${intervalMs} ms, ${FIRST.length} machines`)

  // Faults. Each goes on by itself; a machine has one at a time. `healed` ends all of them.
  const healed = Promise.withResolvers<void>()
  const wait = (ms: number) => Promise.race([sleep(ms), healed.promise])
  const away: Span[] = []
  const faults: Record<string, number> = {}
  const underWay = new Set<Promise<void>>()
  let engineIsBusy = false
  let victim = ''
  const pick = (names: readonly string[]) => names[random.below(names.length)] as string
  const onMachine = (machine: ClusterMachine, act: () => Promise<void>) => {
    machine.isBusy = true
    return act().finally(() => (machine.isBusy = false))
  }
  const onEngine = async (kill: boolean, ms: number) => {
    engineIsBusy = true
    const since = Date.now()
    if (kill) {
      await valkey.kill()
      await wait(ms)
      await valkey.run()
    } else await valkey.command('FLUSHALL')
    away.push({ from: since, to: Date.now() + ENGINE_RECOVERY_MS })
    engineIsBusy = false
  }
  /** Begins a fault; null: it can't be now. All that is random is drawn before. */
  const begin = (): [kind: string, Promise<void>] | null => {
    const kind = random.below(100)
    const machine = of(pick(FIRST))
    const further = of(pick(FURTHER))
    const share = random.next()
    const cut = (['both', 'requests', 'answers'] as CutKind[])[random.below(3)] as CutKind
    const isFree = machine.runs && !machine.isBusy
    victim = machine.name
    if (kind < 20)
      return isFree
        ? [
            'killed',
            onMachine(machine, async () => {
              await machine.kill()
              await wait(share * 5_000)
              machine.start()
            }),
          ]
        : null
    if (kind < 45)
      return isFree && machine.hasStarted
        ? ['frozen', onMachine(machine, () => machine.freeze(1_000 + share ** 3 * 59_000, wait))]
        : null
    if (kind < 65)
      return isFree
        ? [`cut off (${cut})`, onMachine(machine, () => machine.cut(cut, 500 + share ** 2 * 20_000, wait))]
        : null
    if (kind < 72) return engineIsBusy ? null : ['server killed', onEngine(true, share ** 2 * 8_000)]
    if (kind < 74) return engineIsBusy ? null : ['server flushed', onEngine(false, 0)]
    if (kind < 82)
      return isFree
        ? [
            'stopped',
            onMachine(machine, async () => {
              await machine.stop()
              await wait(1_000 + share * 10_000)
              machine.start()
            }),
          ]
        : null
    if (kind < 90) {
      if (further.isBusy) return null
      victim = further.name
      if (further.runs) return ['removed', onMachine(further, () => further.stop())]
      further.start()
      return ['added', Promise.resolve()]
    }
    if (kind < 94) {
      // A program ends when its first thread does not start.
      const isKilled = threads.fail(
        'cluster',
        random.below(1_000),
        share < 0.5 ? 'exit' : 'throw',
        STARTED_MS,
      )
      return isKilled ? ['thread killed', Promise.resolve()] : null
    }
    if (list.isChanging) return null
    list.change()
    return ['list changed', Promise.resolve()]
  }
  const end = Date.now() + minutes * 60_000
  let saidAt = Date.now()
  while (Date.now() < end) {
    await sleep(random.below(5_000))
    const begun = begin()
    if (begun === null) continue
    const [kind, ended] = begun
    faults[kind] = (faults[kind] ?? 0) + 1
    underWay.add(ended)
    const what = `${kind} (${victim})`
    if (tellsAll) say(`${Date.now()}: ${what}`)
    void ended.finally(() => {
      underWay.delete(ended)
      if (tellsAll) say(`${Date.now()}: ${what} is over`)
    })
    if (Date.now() < saidAt + 30_000) continue
    saidAt = Date.now()
    say(`${JSON.stringify(faults)}, ${await count()} polls, ${violations.length} violations`)
  }

  // All is well again: everything is polled, and everybody ends as asked.
  healed.resolve()
  await Promise.all(underWay)
  const to = await allPolled(servers, list, violations, 'at the end')
  const each = [...machines.values()].map((machine) => machine.away(to))
  const all = allAway(each, to)
  for (const machine of machines.values()) await machine.stop()
  const findings = findingsOf(await recordsOf(servers, directory), {
    nodes,
    intervalMs,
    urlOf: (n) => list.urlOf(n),
    frozen: nodes.map((name) => of(name).frozen),
    away: [...away, ...all],
    unknown,
    offList: list.offList(to),
    watched: { from, to },
  })
  violations.push(...violationsOf(findings))
  say(`the longest time without a poll was that of ${findings.longest.url}, from ${findings.longest.from}`)
  for (const text of findings.begunBeforeFreeze.slice(0, 10)) say(`begun before a freeze: ${text}`)
  for (const text of findings.againAfterUnknown.slice(0, 10)) say(`again after unknown: ${text}`)
  return {
    violations,
    faults,
    polls: await count(),
    urls,
    gapMs: figuresOf(findings.gaps),
    latenessMs: figuresOf(findings.lateness),
    begunBeforeFreeze: findings.begunBeforeFreeze.length,
    againAfterUnknown: findings.againAfterUnknown.length,
    allAwayMs: all.reduce((sum, span) => sum + span.to - span.from, 0),
  }
}

function violationsOf({ doubly, gaps, longest }: ClusterFindings): string[] {
  const violations = [...doubly]
  if ((gaps.at(-1) ?? 0) > GAP_LIMIT_MS)
    violations.push(`${longest.url} was not polled for ${gaps.at(-1)} ms since ${longest.from}`)
  return violations
}

function figuresOf(sorted: Float64Array): { p50: number; p99: number; max: number } {
  const [p50 = 0, p99 = 0, max = 0] = [0.5, 0.99, 1].map((share) => Math.round(percentile(sorted, share)))
  return { p50, p99, max }
}

async function ask(servers: ChildProcess, request: RecordingRequest): Promise<unknown> {
  servers.send(request)
  const [answer] = (await once(servers, 'message')) as [unknown]
  return answer
}

async function recordsOf(servers: ChildProcess, directory: string): Promise<RequestRecords> {
  const file = join(directory, 'records')
  await ask(servers, { type: 'write', file })
  return deserialize(readFileSync(file)) as RequestRecords
}

/** Waits until each URL on the list was polled since the call. Resolves with the time. */
async function allPolled(
  servers: ChildProcess,
  list: ClusterList,
  violations: string[],
  when: string,
): Promise<number> {
  const since = Date.now()
  for (;;) {
    await sleep(1_000)
    const lastAt = (await ask(servers, { type: 'last' })) as readonly number[]
    const missing = [...list.names].filter((n) => (lastAt[n] ?? 0) < since)
    if (missing.length === 0) return Date.now()
    if (Date.now() < since + SETTLE_LIMIT_MS) continue
    violations.push(`${when}: ${missing.length} URLs are not polled, ${list.urlOf(missing[0] as number)}`)
    return Date.now()
  }
}
