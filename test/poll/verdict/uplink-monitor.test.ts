import test from 'ava'
import { selectCanaries } from '../../../src/resource/canary.ts'
import type { Canary } from '../../../src/resource/canary.ts'
import { UplinkMonitor } from '../../../src/poll/verdict/uplink-monitor.ts'
import type { CanaryResult, FailedPoll } from '../../../src/poll/verdict/uplink-monitor.ts'
import type { Url } from '../../../src/resource/resource.ts'

const answer = (address: string): Canary => ({ url: `http://${address}/` as Url, address })
const ONE = answer('192.0.2.1')
const TWO = answer('192.0.2.2')
const HERE = answer('127.0.0.1')
const failed = (different: Partial<FailedPoll> = {}): FailedPoll => ({
  hostname: 'a.example',
  reason: 'timeout',
  previousVerdict: 'up',
  startedAt: 0,
  ...different,
})

/** An UplinkMonitor with a clock and canaries that the test controls. */
class Bench {
  now = 100_000
  reply: CanaryResult = { why: 'silent', over: false }
  readonly asked: (readonly string[])[] = []
  readonly reported: boolean[] = []
  readonly uplink: UplinkMonitor

  constructor(canaries: readonly string[] = [], during: () => void = () => {}) {
    this.uplink = new UplinkMonitor(
      { canaries: canaries as readonly Url[], timeoutMs: 10_000 },
      () => this.now,
      (asked, enough) => {
        this.asked.push(asked.map(({ url }) => url))
        during()
        return Promise.resolve(enough() ? 'answered' : this.reply)
      },
      (why) => this.reported.push(why !== null),
    )
  }

  /** Whether the uplink is blamed for an attempt that took `ms` and fails now. */
  async blames(different: Partial<FailedPoll> = {}, ms = 0): Promise<boolean> {
    return (await this.uplink.explain(failed({ startedAt: this.now - ms, ...different }))) !== null
  }

  hear(...answers: readonly Canary[]): void {
    for (const each of answers) this.uplink.recordAnswer(each)
    this.now += 10
  }
}

test('the uplink is out when nothing answers that did before, until something answers', async (t) => {
  const bench = new Bench()
  bench.hear(ONE, TWO)
  t.true(await bench.blames())
  t.deepEqual(bench.asked, [[ONE.url, TWO.url]])
  t.deepEqual(bench.reported, [true])
  bench.now += 5_000
  t.true(await bench.blames())
  t.deepEqual(bench.reported, [true], 'one event')
  bench.hear(TWO)
  t.deepEqual(bench.reported, [true, false])
  bench.reply = 'answered'
  t.false(await bench.blames())
})

test('a canary that answers leaves the verdict as it is', async (t) => {
  const bench = new Bench()
  bench.hear(ONE, TWO)
  bench.reply = 'answered'
  t.false(await bench.blames())
  t.deepEqual([bench.asked.length, bench.reported.length], [1, 0])
})

test('an answer since the attempt began clears the uplink, an answer long before its end does not', async (t) => {
  const bench = new Bench()
  bench.hear(ONE, TWO)
  t.false(await bench.blames({}, 10))
  t.is(bench.asked.length, 0)
  bench.now += 2_000
  t.true(await bench.blames({}, 10_000))
})

test('an answer during the poll of the canaries clears the uplink', async (t) => {
  const bench = new Bench([], () => bench.uplink.recordAnswer(TWO))
  bench.hear(ONE, TWO)
  t.false(await bench.blames())
})

test('failures of a single address say nothing about the uplink', async (t) => {
  const bench = new Bench()
  bench.hear(ONE)
  t.false(await bench.blames())
  t.is(bench.asked.length, 0)
  bench.uplink.setSharedCanaries([TWO])
  t.true(await bench.blames())
})

test('answers from this machine say nothing about the uplink', async (t) => {
  const bench = new Bench()
  bench.hear(ONE, TWO)
  bench.now += 50
  bench.uplink.recordAnswer(HERE)
  t.true(await bench.blames({}, 20))
  for (const hostname of ['localhost', '127.9.9.9', '[::1]', 'a.localhost'])
    t.false(await bench.blames({ hostname }), hostname)
  t.is(bench.asked.length, 1)
})

for (const address of ['0.0.0.0', '::'])
  test(`a name that leads to ${address}, which is this machine, says nothing about the uplink`, async (t) => {
    const bench = new Bench()
    bench.hear(ONE, TWO)
    bench.now += 50
    bench.uplink.recordAnswer({ ...HERE, address })
    t.true(await bench.blames({}, 20))
    t.deepEqual(bench.asked, [[ONE.url, TWO.url]])
  })

test('configured canaries are polled too, those of the same network scope', async (t) => {
  const bench = new Bench(['https://canary.example/', 'http://127.0.0.1:9/'])
  t.true(await bench.blames())
  t.true(await bench.blames({ hostname: '127.0.0.1' }))
  t.deepEqual(bench.asked, [['https://canary.example/'], ['http://127.0.0.1:9/']])
})

test('certificate errors, statuses and URLs that were down do not trigger canaries', async (t) => {
  const bench = new Bench(['https://canary.example/'])
  for (const reason of ['tls-expired', 'protocol', 'status', 'policy'] as const)
    t.false(await bench.blames({ reason }))
  t.false(await bench.blames({ previousVerdict: 'down' }))
  t.is(bench.asked.length, 0)
  t.true(await bench.blames({ previousVerdict: 'pending' }))
  t.true(await bench.blames({ previousVerdict: 'down' }), 'now that it is known')
})

test('the result of a poll of the canaries holds for a second', async (t) => {
  const bench = new Bench(['https://canary.example/'])
  for (let poll = 0; poll < 100; poll++) t.true(await bench.blames())
  t.is(bench.asked.length, 1)
  bench.now += 1_000
  t.true(await bench.blames())
  t.is(bench.asked.length, 2)
})

test('an attempt that began before the outage ended is blamed on the uplink', async (t) => {
  const bench = new Bench(['https://canary.example/'])
  t.true(await bench.blames())
  bench.now += 5_000
  bench.reply = 'answered'
  t.true(await bench.blames({}, 10_000), 'this very answer says that it is over')
  t.deepEqual(bench.reported, [true, false])
  bench.now += 1_000
  bench.uplink.recordAnswer(ONE)
  t.true(await bench.blames({}, 2_000))
  t.false(await bench.blames({}, 500))
})

test('so is an attempt that began before canaries answered in a later round', async (t) => {
  const bench = new Bench(['https://canary.example/'])
  bench.reply = { why: 'silent', over: true }
  t.true(await bench.blames())
  bench.now += 1_000
  bench.reply = 'answered'
  t.true(await bench.blames({}, 2_000))
  t.false(await bench.blames({}, 500))
  t.deepEqual(bench.reported, [], 'too short to be reported')
})

test('after a stop the last known state of the uplink stays', async (t) => {
  const bench = new Bench(['https://canary.example/'])
  bench.reply = 'cut'
  t.false(await bench.blames())
  bench.reply = { why: 'silent', over: false }
  t.true(await bench.blames())
  bench.now += 5_000
  bench.reply = 'cut'
  t.true(await bench.blames())
  t.deepEqual(bench.reported, [true])
})

test('a server that asked for a pause (Retry-After) is no canary', (t) => {
  const { uplink } = new Bench()
  uplink.recordAnswer(ONE)
  uplink.recordAnswer(TWO, false)
  t.deepEqual(uplink.known, [ONE])
  uplink.recordAnswer(ONE, false)
  t.deepEqual(uplink.known, [])
})

test('one probe at a time for all failed polls', async (t) => {
  const bench = new Bench(['https://canary.example/'])
  const blamed = await Promise.all(Array.from({ length: 100 }, () => bench.blames()))
  t.true(blamed.every(Boolean))
  t.deepEqual([bench.asked.length, bench.reported.length], [1, 1])
})

test('a few canaries are remembered: those that answered last', (t) => {
  const { uplink } = new Bench()
  for (let n = 0; n < 100; n++) uplink.recordAnswer(answer(`192.0.2.${n}`))
  t.deepEqual(
    uplink.known.map(({ address }) => address),
    [96, 97, 98, 99].map((n) => `192.0.2.${n}`),
  )
})

test('of the canaries of many pollers, the last of each are shared', (t) => {
  const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((n) => answer(`192.0.2.${n}`)) as [
    Canary,
    Canary,
    Canary,
    Canary,
    Canary,
  ]
  t.deepEqual(selectCanaries([[a, b], [b], [], [c, d, e]]), [b, e, a, d])
  t.deepEqual(selectCanaries([[], []]), [])
})
