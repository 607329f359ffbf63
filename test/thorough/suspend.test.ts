import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { HostileServer } from '../helpers/hostile-server.ts'
import { onTerminal, openProgram } from '../helpers/open-program.ts'
import { startOrigin } from '../helpers/origin.ts'
import { parseLines } from '../helpers/program.ts'
import type { Terminal } from '../helpers/tmux.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const QUICK = ['--pool-size', '1', '--interval', '200ms']

/** A shell that writes its process id to `file` and becomes the program. */
const pidIn = (file: string) => `sh -c 'echo $$ > ${file}; exec "$@"' sh `

/** The program on a terminal, drawing, and its process id. */
async function running(t: ExecutionContext, before = '', ...args: readonly string[]) {
  const origin = await startOrigin(t)
  const file = join(directoryOf(t), 'pid')
  const urls = args.includes('-f') ? [] : [`${origin.url}/good`]
  const run = await openProgram(t, [...QUICK, ...args, ...urls], {
    before: `${before === '' ? '' : `echo ${origin.url}/good | `}${pidIn(file)}`,
  })
  await run.terminal.until((text) => text.includes('1 up'))
  return { ...run, pid: Number(readFileSync(file, 'utf8')) }
}

const prompt = (terminal: Terminal) => terminal.until((text) => text.trimEnd().endsWith('$'))
const drawn = (terminal: Terminal, rows = 24) =>
  terminal.until((text) => text.split('\n').length === rows && text.includes('1 up'))

onTerminal('a terminal that is resized while the program is stopped: it draws at the new size', async (t) => {
  const { terminal, after, ended } = await running(t)
  await terminal.press('C-z')
  await prompt(terminal)
  await terminal.resize(100, 30)
  await terminal.type(`clear; echo marker; fg ${after}\n`)
  await drawn(terminal, 30)
  await terminal.press('q')
  await ended('0')
})

onTerminal('SIGTSTP from outside: the terminal is as it was, and fg draws anew', async (t) => {
  const { terminal, after, ended, pid } = await running(t)
  process.kill(pid, 'SIGTSTP')
  const stopped = await prompt(terminal)
  t.true(stopped.startsWith('marker\n'), stopped)
  t.is(await terminal.query('#{alternate_on} #{cursor_flag} #{wrap_flag}'), '0 1 1')
  await terminal.type(`clear; echo marker; fg ${after}\n`)
  await drawn(terminal)
  await terminal.press('q')
  await ended('0')
})

onTerminal('SIGTSTP with a list on standard input', async (t) => {
  const { terminal, after, ended, pid } = await running(t, 'list', '-f', '-')
  process.kill(pid, 'SIGTSTP')
  await terminal.until((text) => text.startsWith('marker\n'))
  await prompt(terminal)
  await terminal.type(`clear; echo marker; fg ${after}\n`)
  await terminal.until((text) => text.includes('1 up') && text.includes('no keys; Ctrl-C ends'))
  await terminal.press('C-c')
  await ended('0')
})

onTerminal(
  'SIGSTOP from outside, and what the shell made of the terminal: fg draws anew and reads keys',
  async (t) => {
    const { terminal, after, ended, pid } = await running(t)
    process.kill(pid, 'SIGSTOP')
    await terminal.until((text) => text.includes('Stopped'))
    // In raw mode, Enter is no line break.
    await terminal.type('stty sane; clear; echo sane')
    await terminal.press('C-j')
    await terminal.until((text) => text.startsWith('sane\n$'))
    await terminal.type(`fg ${after}\n`)
    await drawn(terminal)
    await terminal.press('q')
    await ended('0')
  },
)

onTerminal(
  'Ctrl-Z while the monitor is dead: the terminal is as it was, and the next one draws',
  async (t) => {
    const origin = await startOrigin(t)
    const mark = join(directoryOf(t), 'mark')
    const helper = fileURLToPath(new URL('../helpers/monitor-fault.ts', import.meta.url))
    const { terminal, after, ended } = await openProgram(t, [...QUICK, `${origin.url}/good`], {
      before: `FAULT_HOLD=1 FAULT_MARK=${mark} NODE_OPTIONS=--import=${helper}`,
    })
    await drawn(terminal)
    writeFileSync(mark, '')
    await waitUntil(() => existsSync(`${mark}-failed`))
    await terminal.press('C-z')
    t.true((await prompt(terminal)).startsWith('marker\n'))
    rmSync(mark)
    await terminal.type(`clear; echo marker; fg ${after}\n`)
    await drawn(terminal)
    await terminal.press('q')
    await ended('0')
  },
)

for (const format of ['table', 'quiet']) {
  onTerminal(`a terminal that is closed ends a run that would read its list again (${format})`, async (t) => {
    const origin = await startOrigin(t)
    const directory = directoryOf(t)
    const path = (name: string) => join(directory, name)
    writeFileSync(path('list'), `${origin.url}/good\n`)
    const args = [...QUICK, '--format', format, '-f', path('list'), '--output', path('results')]
    const { terminal } = await openProgram(t, args, {
      before: `sh -c 'trap : HUP; "$@"; echo $? >${path('code')}; : >${path('ended')}' sh `,
    })
    await origin.requested('/good', 2)
    await terminal.close()
    await waitUntil(() => existsSync(path('ended')), 60_000)
    t.is(readFileSync(path('code'), 'utf8'), '0\n')
    t.is(parseLines(readFileSync(path('results'), 'utf8')).at(-1)?.['type'], 'summary')
  })
}

for (const columns of [80, 200]) {
  onTerminal(`what terminals disagree about moves no row, at ${columns} columns`, async (t) => {
    const answer = `HTTP/1.1 200 ${'\u00ad'.repeat(60)}\r\nContent-Length: 0\r\n\r\n`
    const odd = await HostileServer.start({ odd: (socket) => void socket.end(answer, 'latin1') })
    t.teardown(() => odd.close())
    const origin = await startOrigin(t)
    const args = [...QUICK, ...[1, 2, 3].map((n) => odd.url(`odd?${n}`)), `${origin.url}/good`]
    const { terminal, ended } = await openProgram(t, args, { columns })
    const rows = (await terminal.until((text) => text.includes('4 up') && /\bgood\b/.test(text))).split('\n')
    t.is(rows.length, 24)
    t.regex(rows[0] ?? '', /^4 URLs/)
    t.is(rows.slice(3, 7).filter((row) => /^[> ]up .* http:/.test(row)).length, 4, rows.join('\n'))
    t.regex(rows[23] ?? '', /^ \/ search/)
    t.is(await terminal.query('#{wrap_flag}'), '0')
    await terminal.press('q')
    await ended('0', `${origin.url}/good 204 No Content`)
    t.is(await terminal.query('#{wrap_flag}'), '1')
  })
}
