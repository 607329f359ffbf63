import { execFile } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { down, up } from '../helpers/state.ts'
import { stateLine, summaryLine } from '../../src/print/text/json.ts'
import { summary } from '../helpers/summary.ts'
import { cli } from '../helpers/cli.ts'
import { directoryOf } from '../helpers/directory.ts'
import { testWith } from '../helpers/tool.ts'

const root = new URL('../../', import.meta.url)
const text = readFileSync(new URL('docs/pipelines.md', root), 'utf8')
const recipes = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code as string)

/** The lines that recipes print with one of these words. */
const LINES = [
  ['sort -rn', 2],
  ['lychee', 3],
] as const

const withJq = testWith('jq')

test('there are recipes', (t) => {
  t.true(recipes.length >= 4)
})

for (const [n, recipe] of recipes.entries()) {
  withJq(`recipe ${n + 1} of docs/pipelines.md prints what it is for`, async (t) => {
    const directory = directoryOf(t)
    const command = join(directory, 'headcount')
    // A recipe that polls for ever is given an end.
    writeFileSync(
      command,
      `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@" --pool-size 1 --duration 2s\n`,
    )
    chmodSync(command, 0o755)
    // Stands for the finder of links: only its output matters.
    const lychee = join(directory, 'lychee')
    writeFileSync(lychee, '#!/bin/sh\nprintf "http://127.0.0.1:1/\\nmailto:a@b.example\\nfile:///a\\n"\n')
    chmodSync(lychee, 0o755)
    const url = 'http://127.0.0.1:1/'
    writeFileSync(join(directory, 'urls.txt'), `${url}\n`)
    const soon = { tls: { protocol: 'TLSv1.3', expiresAt: Date.now() + 86_400_000 } }
    const lines = [stateLine(url, up(0, soon)), stateLine(url, down(0)), summaryLine(summary)]
    writeFileSync(join(directory, 'results.json'), lines.join(''))
    const env = { ...process.env, PATH: `${directory}:${process.env['PATH']}` }
    const { stdout } = await promisify(execFile)('sh', ['-c', `${recipe}\ntrue`], { cwd: directory, env })
    t.true(stdout.includes(recipe.includes('.bounds') ? '"lent":0.0625' : url), stdout)
    t.is(stdout.trim().split('\n').length, LINES.find(([word]) => recipe.includes(word))?.[1] ?? 1)
  })
}
