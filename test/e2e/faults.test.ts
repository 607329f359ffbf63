import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { startOrigin } from '../helpers/origin.ts'
import { Program } from '../helpers/program.ts'

const fault = fileURLToPath(new URL('../helpers/fault.ts', import.meta.url))

const dies = test.macro({
  async exec(t, kind: string, why: RegExp) {
    const healthy = await startOrigin(t)
    const deadly = await startOrigin(t)
    const urls = Array.from({ length: 40 }, (_, n) => `${n % 2 === 0 ? healthy.url : deadly.url}/${n}`)
    const args = [
      '--pool-size',
      '2',
      '--interval',
      '300ms',
      '--status-interval',
      '200ms',
      '--format',
      'json',
      ...urls,
    ]
    const program = new Program(t, args, {
      env: {
        // A small heap, so that one that fills up does so soon.
        NODE_OPTIONS: `--import ${fault} --max-old-space-size=256`,
        FAULT_PORT: String(deadly.port),
        FAULT_KIND: kind,
        FAULT_MARK: join(mkdtempSync(join(tmpdir(), 'headcount-')), 'mark'),
      },
    })
    await program.until(({ stderr }) => /was lost/.test(stderr))
    for (const url of urls)
      await (url.startsWith(healthy.url) ? healthy : deadly).askedFor(new URL(url).pathname, 3)
    program.child.kill('SIGTERM')
    const { code, stderr } = await program.ended()
    t.is(code, 0)
    t.regex(stderr, why)
    const { json } = program
    const down = json.filter(({ verdict }) => verdict === 'down')
    t.deepEqual(down, [], 'the fault was ours')
    const summaries = json.filter(({ type }) => type === 'summary')
    for (const { owners } of summaries) {
      const { asleep, due, pollers } = owners as { asleep: number; due: number; pollers: number[] }
      const sum = pollers.reduce((all, some) => all + some, asleep + due)
      t.true(sum === urls.length || sum === 0, 'owners add up, once main has told them')
    }
    t.like(summaries.at(-1), { up: urls.length, down: 0, unknown: 0, pending: 0 })
  },
  title: (_, kind: string) => `a poller that dies (${kind}) loses nothing and is replaced`,
})
test(dies, 'exit', /^poller \d was lost \(.*7.*\); it had \d+ Resources, which are due again$/m)
test(dies, 'throw', /^poller \d was lost \(.*thrown late.*\)/m)
test(dies, 'heap', /^poller \d was lost \(.*memory.*\)/m)
