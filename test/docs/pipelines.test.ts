import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** What a command prints until it has printed so many lines, and is then ended with all that it has started, or until it ends. */
async function firstLines(command: string, lines: number, options: { cwd: string; env: NodeJS.ProcessEnv }) {
  const shell = spawn('sh', ['-c', command], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const closed = once(shell, 'close')
  let stdout = ''
  let stderr = ''
  shell.stderr.setEncoding('utf8').on('data', (chunk: string) => void (stderr += chunk))
  shell.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
    if (stdout.split('\n').length > lines && shell.exitCode === null)
      process.kill(-(shell.pid as number), 'SIGTERM')
  })
  await closed
  return { stdout, stderr }
}

test('there are recipes', (t) => {
  t.true(recipes.length >= 4)
})

for (const [n, recipe] of recipes.entries()) {
  withJq(`recipe ${n + 1} of docs/pipelines.md prints what it is for`, async (t) => {
    const directory = directoryOf(t)
    const command = join(directory, 'headcount')
    // A recipe that polls for ever is ended when it has printed its lines, or, if it does not print them, by itself.
    writeFileSync(
      command,
      `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@" --pool-size 1 --duration 60s\n`,
    )
    chmodSync(command, 0o755)
    // Stands for the finder of links: only its output matters.
    const lychee = join(directory, 'lychee')
    writeFileSync(lychee, '#!/bin/sh\nprintf "http://127.0.0.1:1/\\nmailto:a@b.example\\nfile:///a\\n"\n')
    chmodSync(lychee, 0o755)
    const url = 'http://127.0.0.1:1/'
    writeFileSync(join(directory, 'urls.txt'), `${url}\n`)
    const soon = { tls: { protocol: 'TLSv1.3', expiresAt: Date.now() + 86_400_000 } }
    const results = [stateLine(url, up(0, soon)), stateLine(url, down(0)), summaryLine(summary)]
    writeFileSync(join(directory, 'results.json'), results.join(''))
    const env = { ...process.env, PATH: `${directory}:${process.env['PATH']}` }
    const lines = LINES.find(([word]) => recipe.includes(word))?.[1] ?? 1
    const { stdout, stderr } = await firstLines(recipe, lines, { cwd: directory, env })
    t.true(stdout.includes(recipe.includes('.bounds') ? '"lent":0.0625' : url), stdout + stderr)
    t.is(stdout.trim().split('\n').length, lines)
  })
}
