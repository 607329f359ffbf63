import type { ExecutionContext } from 'ava'
import { Member } from '../../../src/cluster/engine/member.ts'
import type { ClusterEvent, MachineStatus } from '../../../src/cluster/engine/messages.ts'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { parseEngineUrl } from '../../../src/settings/cluster-options.ts'
import { withoutTimeouts } from '../../helpers/engine.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

// Machines that share a list through a real server, each with a main that can be late, or stand still.

const test = testWith('valkey-server')

const LIST = Array.from({ length: 60 }, (_, n) => `http://h${n}.example/`)

/** The cluster thread of a machine, in this one, and a main that does what it wants once it has started. */
class Machine {
  readonly events: ClusterEvent[] = []
  readonly written: string[] = []
  hasPoller = true
  readonly #member: Member
  readonly #waiting: ClusterEvent[] = []
  #timer: NodeJS.Timeout | undefined
  #rows = 0

  constructor(t: ExecutionContext, { url }: Valkey, node: string) {
    const options = { server: parseEngineUrl(url), name: 'test', node, zone: '' }
    const launch = { options, run: `run of ${node}`.replaceAll(' ', '-'), launch: 1, known: [] }
    const post = (event: ClusterEvent) => {
      this.events.push(event)
      this.#waiting.push(event)
      if (this.#timer !== undefined) setImmediate(() => this.#catchUp())
    }
    this.#member = new Member(launch, monotonicMs, post, (line) => this.written.push(line))
    this.#member.start()
    t.teardown(async () => {
      this.run()
      this.#member.handle({ type: 'stop' })
      await waitUntil(() => this.count('stopped') > 0)
      this.stall()
    })
  }

  /** Main starts, or goes on. */
  run(): void {
    const alive = () => this.#member.handle({ type: 'alive', hasPoller: this.hasPoller })
    this.#timer ??= setInterval(alive, 100)
    alive()
    this.#catchUp()
  }

  /** Main stands still. */
  stall(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Main names the list. */
  list(): void {
    const targets = LIST.map((url) => [url, JSON.stringify([url, null, null])] as const)
    this.#member.handle({ type: 'listed', targets })
    this.#member.handle({ type: 'complete', isWhole: true })
  }

  count(type: ClusterEvent['type']): number {
    return this.events.filter((event) => event.type === type).length
  }

  /** What it has said. */
  get notices(): string[] {
    return withoutTimeouts(this.events.flatMap((event) => (event.type === 'notice' ? [event.line] : [])))
  }

  /** What this machine has heard of a machine last. */
  heard(node: string): MachineStatus | undefined {
    const last = this.events.findLast((event) => event.type === 'status')
    return last?.type === 'status' ? last.machines.find(({ name }) => name === node) : undefined
  }

  #catchUp(): void {
    if (this.#timer === undefined) return
    for (const event of this.#waiting.splice(0)) this.#answer(event)
  }

  #answer(event: ClusterEvent): void {
    switch (event.type) {
      case 'define': {
        const { batch, version } = event
        const ids = new Uint32Array((JSON.parse(event.targets) as []).map(() => this.#rows++))
        const generations = new Uint16Array(ids.length)
        return this.#member.handle({ type: 'defined', batch, version, ids, generations })
      }
      case 'recall':
        return this.#member.handle({ type: 'returned', batches: [event.batch] })
      case 'drop':
        return this.#member.handle({ type: 'returned', batches: event.batches })
      default:
    }
  }
}

const hasAll = (machine: Machine, node: string) => machine.heard(node)?.urls === LIST.length
const isShared = (machine: Machine) => {
  const [a, b] = [machine.heard('a')?.urls ?? 0, machine.heard('b')?.urls ?? 0]
  return Math.min(a, b) >= LIST.length / 3 && a + b === LIST.length
}

/** A machine that has the whole list, and another one, whose main has not started. */
async function twoMachines(t: ExecutionContext): Promise<[a: Machine, b: Machine]> {
  const valkey = await Valkey.start(t)
  const a = new Machine(t, valkey, 'a')
  a.run()
  a.list()
  await waitUntil(() => hasAll(a, 'a'))
  return [a, new Machine(t, valkey, 'b')]
}

test('nothing is handed back to a machine before its main has started and knows the plan', async (t) => {
  const [a, b] = await twoMachines(t)
  const heard = () => a.events.filter((event) => event.type === 'status' && event.machines.length === 2)
  // A thread that stands still for longer than a lease loses all, and takes it again.
  await waitUntil(() => heard().length > 5 && hasAll(a, 'a'))
  t.is(a.count('recall'), 0)
  t.like(a.heard('b'), { isReady: false, urls: 0 })
  b.run()
  await waitUntil(() => isShared(a))
  t.true(a.heard('b')?.isReady)
  t.deepEqual([...a.notices, ...b.notices, ...b.written], [])
})

test('a machine whose main stands still hands everything over, says so, and has its share again later', async (t) => {
  const [a, b] = await twoMachines(t)
  b.run()
  await waitUntil(() => isShared(a))
  b.stall()
  await waitUntil(() => hasAll(a, 'a'))
  t.like(a.heard('b'), { isReady: false, urls: 0 })
  t.is(b.written.length, 1)
  t.regex(b.written[0] ?? '', /its main thread stands still$/)
  b.run()
  await waitUntil(() => isShared(a))
  t.is(b.notices.length, 1)
  t.regex(b.notices[0] ?? '', /^info: this machine can poll again/)
})

test('so does one that has no poller any more, by way of main', async (t) => {
  const [a, b] = await twoMachines(t)
  b.run()
  await waitUntil(() => isShared(a))
  b.hasPoller = false
  await waitUntil(() => hasAll(a, 'a'))
  t.is(b.notices.length, 1)
  t.regex(b.notices[0] ?? '', /none of its pollers runs$/)
  t.deepEqual(b.written, [])
  b.hasPoller = true
  await waitUntil(() => isShared(a))
})
