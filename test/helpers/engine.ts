import { once } from 'node:events'
import type { ExecutionContext } from 'ava'
import { Engine } from '../../src/cluster/engine/engine.ts'
import { BATCHES, PLAN_JOB, PLANNER } from '../../src/cluster/engine/keys.ts'
import { parseEngineUrl } from '../../src/settings/cluster-options.ts'
import type { Valkey } from './valkey.ts'

/** How long a command may take, in ms: longer than a busy machine needs. */
export const TIMEOUT_MS = 20_000

/** The engine of a machine, connected to a server, and closed at the end of the test. */
export async function engineOf(t: ExecutionContext, valkey: Valkey, node = 'a', zone = ''): Promise<Engine> {
  const options = { server: parseEngineUrl(valkey.url), name: 'test', node, zone }
  const engine = new Engine(options, TIMEOUT_MS)
  engine.on('failed', () => {})
  t.teardown(() => engine.close())
  const ready = once(engine, 'ready')
  engine.connect()
  await ready
  return engine
}

/** Takes the planner's job. Its lock does not run out, however slow this machine is. */
export async function takePlannersJob(engine: Engine, valkey: Valkey, token: string): Promise<void> {
  await engine.planner.add([PLAN_JOB])
  await engine.planner.take(token)
  await lockForGood(valkey, engine.keys.lock(PLANNER, PLAN_JOB), token)
}

/** Takes a batch; null: there is none. Its lock does not run out either. */
export async function takeBatch(engine: Engine, valkey: Valkey, token: string): Promise<string | null> {
  const id = await engine.batches.take(token)
  if (id !== null) await lockForGood(valkey, engine.keys.lock(BATCHES, id), token)
  return id
}

/** Locks of jobs of this queue that are taken from now on, and not renewed, do not run out either. */
export function keepLocks(engine: Engine, valkey: Valkey, name: 'alerts' | 'batches' | 'planner'): void {
  const queue = engine[name]
  const take = queue.take.bind(queue)
  queue.take = async (token) => {
    const id = await take(token)
    if (id !== null) await lockForGood(valkey, engine.keys.lock(name, id), token)
    return id
  }
}

/** Has a lock that was just taken not run out. `token`: of one word. */
export async function lockForGood(valkey: Valkey, lock: string, token: string): Promise<void> {
  // Not PERSIST: on a busy machine the lock may be gone by now.
  await valkey.command('SET', lock, token)
}

/** What a machine says when it had no answer in time, and then. */
const TIMED_OUT =
  /^the cluster's server \S+ does not answer \((?:Command timed out|Socket timeout|connect ETIMEDOUT)/
const ANSWERS = /^info: the cluster's server \S+ answers again$/

/** Notices but those of a server that was late: so it seems to a thread that stood still itself. */
export function withoutTimeouts(notices: readonly string[]): string[] {
  return notices.filter((line) => !TIMED_OUT.test(line) && !ANSWERS.test(line))
}
