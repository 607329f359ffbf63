import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import { ReloadQueue } from '../../src/reload/reload-queue.ts'
import type { Source } from '../../src/reload/source.ts'
import { requestFiles } from '../../src/settings/request-files.ts'

/** A source from a server; its reading ends when the test says so. */
class SlowSource implements Source {
  readonly name = 'slow'
  readonly reloadPolicy = { everyMs: 1_000_000 }
  readonly optionalAtStart = true
  readonly #waiting: (() => void)[] = []

  async read() {
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return { endsWithNewline: true }
  }

  async end(): Promise<void> {
    while (this.#waiting.length === 0) await setImmediate()
    this.#waiting.shift()?.()
  }
}

const config: Source = {
  name: 'config',
  reloadPolicy: { path: '/nowhere' },
  optionalAtStart: false,
  read: () => Promise.resolve({ endsWithNewline: true }),
}

test('versions are accepted in their order, also when lists are fetched one after another', async (t) => {
  const [first, second] = [new SlowSource(), new SlowSource()]
  const { promise: firstTaken, resolve: firstIsTaken } = Promise.withResolvers<void>()
  const accepted: number[] = []
  const versions: number[] = []
  const queue: ReloadQueue = new ReloadQueue([config, first, second], async (number, { before, read }) => {
    await before()
    await read({ target() {}, invalid() {} })
    if (number === 1) firstIsTaken()
    if (number !== 0) return
    const version = versions.push(number) // 1, then 2
    queue.whenIdle(() => accepted.push(version))
  })
  queue.enqueue(1)
  queue.enqueue(0)
  while (versions.length < 1) await setImmediate()
  queue.enqueue(2)
  queue.enqueue(0)
  while (versions.length < 2) await setImmediate()
  await first.end()
  await firstTaken
  await second.end()
  await queue.idle()
  t.deepEqual(accepted, [1, 2])
})

for (const reloadPolicy of [{ path: '/list.txt' }, { everyMs: 1_000 }])
  test.serial(
    `${'path' in reloadPolicy ? 'a file' : 'a list from a server'}: what it names is kept from the reading until it is taken`,
    async (t) => {
      const { readings } = requestFiles
      const underWay: boolean[] = []
      const note = () => void underWay.push(readings.oldest !== Infinity)
      const source: Source = {
        name: 'list',
        reloadPolicy,
        optionalAtStart: false,
        read() {
          note()
          return Promise.resolve({ endsWithNewline: true })
        },
      }
      const queue = new ReloadQueue([source], async (_, { read }) => {
        await read({ target: note, invalid: note })
        note()
      })
      queue.enqueue(0)
      await queue.idle()
      t.deepEqual(underWay, [true, true])
      t.is(readings.oldest, Infinity)
    },
  )
