import type { ExecutionContext } from 'ava'
import type { Engine } from '../../../src/cluster/engine/engine.ts'
import { BATCHES } from '../../../src/cluster/engine/keys.ts'
import { LOCK_MS } from '../../../src/cluster/share/lease.ts'
import { engineOf, lockForGood, takePlannersJob } from '../../helpers/engine.ts'
import { seeded } from '../../helpers/random.ts'
import { isThorough } from '../../helpers/thorough.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'
import { SimulatedEngine } from './simulated-engine.ts'

// The engine of the simulation and BullMQ with its scripts on a real server get the same commands, and give the same answers.

const test = testWith('valkey-server')

const IDS = ['one', 'two', 'three', 'four', 'five']
const STEPS = isThorough ? 2_000 : 200

async function planned(t: ExecutionContext): Promise<{ readonly valkey: Valkey; readonly engine: Engine }> {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await takePlannersJob(engine, valkey, 'planner')
  const added = IDS.map((id) => [id, 'version', '[]'] as const)
  await engine.plans.change('planner', '1:all:1', [], added)
  return { valkey, engine }
}

test('the simulated engine answers as the real one does', async (t) => {
  const seed = Number(process.env['TESTS_SEED'] ?? Date.now() % 1_000_000)
  t.log(`seed ${seed}`)
  const { below } = seeded(seed)
  const { valkey, engine } = await planned(t)
  const simulated = new SimulatedEngine()
  const { keys, batches } = engine
  const lock = (id: string) => keys.lock(BATCHES, id)
  /** Locks run out when the script says so, and not because this machine is slow. */
  const keep = (id: string, token: string) => lockForGood(valkey, lock(id), token)
  let now = 0
  let tokens = 0
  /** Of each batch the tokens that it was lent with: only the last one may be good. */
  const given = new Map<string, string[]>()
  const done = new Map<string, number>()
  const anyToken = (id: string) => {
    const all = given.get(id) ?? []
    return all.at(-1 - below(Math.min(2, all.length))) ?? 'none'
  }
  const commands: readonly (readonly [
    name: string,
    run: (id: string) => Promise<[real: unknown, simulated: unknown]>,
  ])[] = [
    [
      'add',
      async (id) => {
        simulated.add(id)
        return [await batches.add([id]), undefined]
      },
    ],
    [
      'take',
      async () => {
        const token = `token-${tokens++}`
        const id = await batches.take(token)
        if (id === null) return [null, simulated.take(token, now)]
        await keep(id, token)
        given.set(id, [...(given.get(id) ?? []), token])
        const facts = await engine.takeFacts(id, token)
        // Which of those that wait is first differs: BullMQ puts those of the dead before all others, in no order.
        return [{ batch: id, clean: facts?.clean }, simulated.take(token, now, id)]
      },
    ],
    [
      'renew',
      async (id) => {
        const token = anyToken(id)
        const held = [[id, token]] as const
        const refused = await batches.renew(held)
        if (refused.length === 0) await keep(id, token)
        return [refused, simulated.renew(held, now)]
      },
    ],
    [
      'report',
      async (id) => {
        const token = anyToken(id)
        const refused = await engine.report([
          { batch: id, token, returned: false, states: null, facts: null },
        ])
        return [refused.length === 0, simulated.report(id, token, now)]
      },
    ],
    [
      'release',
      async (id) => {
        const [token, clean] = [anyToken(id), below(2) === 0]
        await engine.report([{ batch: id, token, returned: clean, states: null, facts: null }])
        const isReleased = await batches.release(id, token).then(
          () => true,
          () => false,
        )
        return [isReleased, simulated.release(id, token, clean, now)]
      },
    ],
    [
      'remove',
      async (id) => {
        await batches.remove(id)
        const isGone = (await engine.plans.existing([id])).length === 0
        return [isGone, simulated.remove(id, now)]
      },
    ],
    [
      'locks run out',
      async () => {
        for (const id of IDS) await valkey.command('DEL', lock(id))
        now += LOCK_MS + 1
        return [null, null]
      },
    ],
    [
      'recover',
      async () => {
        // BullMQ marks what is locked by nobody first, and puts it back the next time.
        for (let times = 0; times < 2; times++) {
          await valkey.command('DEL', `${keys.jobs(BATCHES)}stalled-check`)
          await batches.recoverStalled()
        }
        simulated.recoverStalled(now, 0)
        return [null, null]
      },
    ],
  ]
  for (let step = 0; step < STEPS; step++) {
    const [name, run] = commands[below(commands.length)] as (typeof commands)[number]
    const id = IDS[below(IDS.length)] as string
    const [real, expected] = await run(id)
    done.set(name, (done.get(name) ?? 0) + 1)
    if (JSON.stringify(real) !== JSON.stringify(expected))
      t.deepEqual(real, expected, `seed ${seed}, step ${step}: ${name} ${id}`)
  }
  t.is(done.size, commands.length)
})
