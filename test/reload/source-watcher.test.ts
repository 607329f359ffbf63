import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mock } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import { LiveLists } from '../../src/reload/live-lists.ts'
import type { Source } from '../../src/reload/source.ts'
import type { Url } from '../../src/resource/resource.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { ListError } from '../../src/targets/read-targets.ts'
import { directoryOf } from '../helpers/directory.ts'

const CONSUMER = { register: () => Promise.resolve(), unregister() {}, add() {}, remove() {}, update() {} }

/** Waits for the condition, without the timers of the test. */
async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within 20 s: ${String(condition)}`)
    await setImmediate()
  }
}

test('a file that could not be read for a while is read again although it has not changed', async (t) => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  t.teardown(() => mock.timers.reset())
  const path = join(directoryOf(t), 'list.txt')
  writeFileSync(path, '')
  let fails = false
  let reads = 0
  const list: Source = {
    name: 'list',
    reloadPolicy: { path },
    optionalAtStart: false,
    read(sink) {
      reads++
      if (fails) return Promise.reject(new ListError('list', 'too many open files'))
      for (let n = 0; n < reads; n++)
        sink.target({ url: `http://a.example/${n}` as Url, overrides: null, labels: null })
      return Promise.resolve({ endsWithNewline: true })
    },
  }
  const table = new ResourceTable()
  const profiles = { acquire: () => 0, release() {}, numberOf: () => 0, settlingRules: () => null }
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const lists = new LiveLists([list], { table, profiles }, { allowShrink: false }, say)
  await lists.readFirst()
  lists.follow(CONSUMER, say)
  fails = true
  await lists.readAgain()
  mock.timers.tick(60_000)
  await until(() => reads === 3)
  await lists.readAgain()
  fails = false
  mock.timers.tick(60_000)
  await until(() => said.at(-1) === 'info: list: 4 new')
  lists.close()
  const failed = 'list: too many open files; the previous list stays in use (1 URL)'
  t.deepEqual(said, [failed, failed, 'info: list: it is valid again', 'info: list: 4 new'])
})
