import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { pathBeside, startHeadcount } from '../helpers/processes.ts'
import type { RunningHeadcount } from '../helpers/processes.ts'
import { seeded } from '../helpers/random.ts'
import type { ThreadRole } from '../helpers/thread-role.ts'
import {
  checkAlertmanager,
  checkIncidents,
  checkRepeats,
  checkTold,
  incidentsOf,
  isUpToDate,
  missing,
  notificationsOf,
  wordsByPath,
} from './alert-checks.ts'
import type { Fate } from './alert-receivers.ts'
import { faultOf, startReceivers } from './alert-setup.ts'
import { ThreadControl } from './thread-control.ts'
import { turningOrigin } from './turning-origin.ts'

/** Paths that turn only after the witness was told that they had turned: each turn is to be told. */
const HELD = 10
/** Paths that turn at any time: what lasts is to be told. */
const FREE = 6
/** All has to be told within this time after the last fault, in ms. */
const SETTLE_LIMIT_MS = 150_000
/** Of ten deaths four are those of the process, the others of these threads. */
const VICTIMS: readonly (ThreadRole | 'process')[] = [
  'process',
  'process',
  'process',
  'process',
  'alerter',
  'alerter',
  'alerter',
  'monitor',
  'recorder',
  'web',
]

/** The extent of a run. */
export interface AlertChaosOptions {
  readonly seed: number
  /** How often the process or one of its threads is killed. */
  readonly kills: number
  say(line: string): void
}

/** The outcome of a run. */
export interface AlertChaosResult {
  readonly violations: string[]
  readonly kills: number
  /** How often each of them was killed. */
  readonly victims: Readonly<Record<string, number>>
  readonly turns: number
  /** Notifications to the receivers of single paths, and how often any of them was sent and taken. */
  readonly notifications: number
  readonly taken: Readonly<Record<string, number>>
}

/** Kills the program and its threads at random while URLs turn up and down and receivers fail, and checks who was told what. */
export async function alertChaos(
  t: Pick<ExecutionContext, 'teardown'>,
  { seed, kills, say }: AlertChaosOptions,
): Promise<AlertChaosResult> {
  const random = seeded(seed)
  const violations: string[] = []
  const threads = new ThreadControl()
  t.teardown(() => threads.close())
  const chaosPort = await threads.listen()

  let isWell = false
  let heard = () => {}
  const attempts = new Map<string, number>()
  const fate: Fate = (receiver, id) => {
    const key = `${receiver} ${id}`
    const attempt = (attempts.get(key) ?? 0) + 1
    attempts.set(key, attempt)
    heard()
    return isWell ? null : faultOf(seed, receiver, id, attempt)
  }
  const directory = directoryOf(t)
  const heldPaths = Array.from({ length: HELD }, (_, n) => `held${n}`)
  const freePaths = Array.from({ length: FREE }, (_, n) => `free${n}`)
  const origin = await turningOrigin(t, [...heldPaths, ...freePaths])
  const { config, hooks, halves, moved, fallback, pager, mail, alertmanager } = await startReceivers(
    t,
    directory,
    origin,
    fate,
  )

  const lines: string[] = []
  let starts = 0
  const start = () => {
    starts += 1
    return startHeadcount(
      [
        ...['-c', config, '--pool-size', '1', '--listen', '0'],
        ...['--interval', '150ms', '--error-backoff', '0s'],
        ...['--history', join(directory, 'history.db'), '--alert-state', join(directory, 'alerts.db')],
      ],
      {
        urls: null,
        env: {
          CHAOS_PORT: String(chaosPort),
          NODE_OPTIONS: `--import ${pathBeside(import.meta.url, 'thread.ts')}`,
          NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(directory, 'cache'),
        },
        onLine: () => {},
        onError: (line) => lines.push(line),
      },
    )
  }
  let program: RunningHeadcount = start()
  t.teardown(() => program.child.kill('SIGKILL'))

  // Paths turn.
  let turns = 0
  const turnsOf = new Map<string, number>()
  const words = () => wordsByPath(notificationsOf(hooks.witness.taken))
  const isTold = (path: string, said = words()) => (said.get(path)?.length ?? 0) === (turnsOf.get(path) ?? 0)
  const turning = new AbortController()
  const turn = async () => {
    while (!turning.signal.aborted) {
      await sleep(random.below(300))
      const isHeld = random.below(3) > 0
      const path = (isHeld ? heldPaths[random.below(HELD)] : freePaths[random.below(FREE)]) as string
      if (isHeld && !isTold(path)) continue
      turnsOf.set(path, (turnsOf.get(path) ?? 0) + 1)
      origin.turn(path)
      turns += 1
    }
  }
  const turned = turn()

  // The program and its threads die: at any time, or when something is just being sent.
  const nextSent = async (withinMs: number) => {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      heard = resolve
      timer = setTimeout(resolve, withinMs)
    })
    clearTimeout(timer)
  }
  const victims: Record<string, number> = {}
  const restart = async () => {
    program.child.kill('SIGKILL')
    const [code, signal] = await program.ended
    // One whose monitor or web thread dies before it has started does not start.
    const [last = ''] = lines.slice(-1)
    const isStarted = lines.some((line) => line.startsWith('Listening on'))
    const isFailedStart =
      code === 1 &&
      (last.startsWith('The monitor ended') || (last.startsWith('The web thread ended') && !isStarted))
    if (signal !== 'SIGKILL' && !isFailedStart)
      violations.push(`it ended with ${code ?? signal}: ${lines.at(-1)}`)
    lines.length = 0
    program = start()
  }
  const failThread = async (role: ThreadRole) => {
    const kind = random.below(2) === 0 ? 'exit' : 'throw'
    // One that is just starting can't be told yet.
    for (let tries = 0; tries < 500; tries++) {
      if (threads.fail(role, 0, kind)) return true
      await sleep(20)
    }
    return false
  }
  for (let kill = 1; kill <= kills; kill++) {
    if (random.below(2) === 0) await sleep(random.below(800))
    else {
      await nextSent(1_500)
      await sleep(random.below(20))
    }
    if (!program.isAlive()) await restart()
    const victim = VICTIMS[random.below(VICTIMS.length)] as ThreadRole | 'process'
    const isThread = victim !== 'process' && (await failThread(victim))
    if (!isThread) await restart()
    const name = isThread ? victim : 'process'
    victims[name] = (victims[name] ?? 0) + 1
    if (kill % 20 === 0) say(`${kill} kills: ${JSON.stringify(victims)}, ${turns} turns`)
  }

  // All is well: everything is told.
  turning.abort()
  await turned
  isWell = true
  const ids = () =>
    new Set(
      [...Object.values(hooks), moved, fallback, mail].flatMap(({ taken }) => taken.map(({ id }) => id)),
    )
  const undelivered = () => {
    const [all, said] = [ids(), words()]
    return [
      ...[...Object.entries(hooks), ['mail', mail] as const].flatMap(([name, { taken }]) =>
        missing(all, taken).map((id) => `${name} was not told ${id}`),
      ),
      ...missing(all, [...moved.taken, ...fallback.taken]).map(
        (id) => `neither moved nor fallback was told ${id}`,
      ),
      ...heldPaths.filter((path) => !isTold(path, said)).map((path) => `not all turns of ${path} were told`),
      ...(isUpToDate(said, origin) ? [] : ['witness: not all that it was told is so']),
      ...(isUpToDate(wordsByPath(notificationsOf(halves.taken)), origin)
        ? []
        : ['halves: not all that it was told is so']),
    ]
  }
  const downPaths = () => origin.paths.filter((path) => origin.isDown(path)).toSorted()
  const left = async () => [
    ...undelivered(),
    ...((await alertmanager.firing()).join() === downPaths().join() ? [] : ['alertmanager: others fire']),
    ...([...incidentsOf(pager.taken).values()].filter(({ isOpen }) => isOpen).length === downPaths().length
      ? []
      : ['pager: others are open']),
  ]
  const settledBy = performance.now() + SETTLE_LIMIT_MS
  while ((await left()).length > 0 && performance.now() < settledBy) await sleep(250)
  violations.push(...(await left()))

  // A restart when all is told tells nothing.
  await restart()
  await origin.askedAgain(15)
  program.child.kill('SIGTERM')
  const [code, signal] = await program.ended
  if (code !== 0) violations.push(`it ended with ${code ?? signal}`)

  violations.push(...(await left()))
  const named = [...Object.entries(hooks), ['halves', halves] as const]
  for (const [name, { taken }] of named) violations.push(...checkTold(name, taken, origin))
  for (const [name, { taken }] of [...named, ['mail', mail] as const])
    if (name !== 'resetting')
      violations.push(...checkRepeats(name, taken, starts + (victims['alerter'] ?? 0)))
  const witness = notificationsOf(hooks.witness.taken)
  violations.push(...checkAlertmanager(alertmanager.messages(), witness, origin))
  violations.push(...checkIncidents(pager.taken, witness))
  const all = { ...hooks, halves, moved, fallback, pager, mail, alertmanager }
  return {
    violations,
    kills: Object.values(victims).reduce((sum, count) => sum + count, 0),
    victims,
    turns,
    notifications: ids().size,
    taken: Object.fromEntries(Object.entries(all).map(([name, { taken }]) => [name, taken.length])),
  }
}
