import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kill } from 'node:process'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { parseLines } from '../helpers/program.ts'
import { onTerminal } from '../helpers/open-program.ts'
import { Terminal } from '../helpers/tmux.ts'
import { waitUntil } from '../helpers/wait-until.ts'

function isAlive(pid: number): boolean {
  try {
    kill(pid, 0)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

for (const output of [true, false]) {
  onTerminal(`quiet ends with its terminal${output ? ', and its file with a summary' : ''}`, async (t) => {
    const origin = await startOrigin(t)
    const directory = directoryOf(t)
    const [pid, list, results] = ['pid', 'urls.txt', 'results'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ]
    writeFileSync(list, `${origin.url}\n`)
    const terminal = await Terminal.open(t)
    const args = ['-p', '1', '-i', '100ms', '--format', 'quiet', '-f', list]
    await terminal.headcount(output ? [...args, '--output', results] : args, {
      before: `sh -c 'echo $$ > ${pid}; exec "$@"' sh `,
    })
    await origin.requested('/', 3)
    const process = Number(readFileSync(pid, 'utf8'))
    t.teardown(() => isAlive(process) && kill(process, 'SIGKILL'))
    await terminal.close()
    await waitUntil(() => !isAlive(process))
    if (output) t.is(parseLines(readFileSync(results, 'utf8')).at(-1)?.['type'], 'summary')
    else t.pass()
  })
}

onTerminal('--format table where TERM is dumb names TERM', async (t) => {
  const terminal = await Terminal.open(t)
  await terminal.headcount(['--format', 'table', 'http://127.0.0.1:1/'], { before: 'TERM=dumb' })
  const screen = await terminal.until((text) => text.includes('error: '))
  t.regex(
    screen.replaceAll('\n', ''),
    /error: --format: table needs a terminal that can move its cursor, and TERM is dumb/,
  )
})
