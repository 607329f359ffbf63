import { once } from 'node:events'
import type { ExecutionContext } from 'ava'
import { Engine } from '../../src/cluster/engine/engine.ts'
import { BATCHES, PLAN_JOB, PLANNER } from '../../src/cluster/engine/keys.ts'
import { parseEngineUrl } from '../../src/settings/cluster-options.ts'
import type { Valkey } from './valkey.ts'

/** How long a command may take, in ms: longer than a busy machine needs. */
const TIMEOUT_MS = 20_000

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
  await valkey.command('SET', engine.keys.lock(PLANNER, PLAN_JOB), token)
}

/** Takes a batch; null: there is none. Its lock does not run out either. */
export async function takeBatch(engine: Engine, valkey: Valkey, token: string): Promise<string | null> {
  const id = await engine.batches.take(token)
  await lockForGood(engine, valkey, id, token)
  return id
}

/** The locks of batches that are taken from now on do not run out, however slow this machine is. */
export function keepLocks(engine: Engine, valkey: Valkey): void {
  const { batches } = engine
  const take = batches.take.bind(batches)
  batches.take = async (token) => {
    const id = await take(token)
    await lockForGood(engine, valkey, id, token)
    return id
  }
}

async function lockForGood(engine: Engine, valkey: Valkey, id: string | null, token: string): Promise<void> {
  // Not PERSIST: on a busy machine the lock may be gone by now.
  if (id !== null) await valkey.command('SET', engine.keys.lock(BATCHES, id), token)
}
