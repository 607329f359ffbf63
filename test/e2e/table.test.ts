import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import type { Origin } from '../helpers/origin.ts'
import { faultsOf } from '../helpers/output-schema.ts'
import { headcount, parseLines } from '../helpers/program.ts'
import { onTerminal, openProgram } from '../helpers/open-program.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const QUICK = ['--pool-size', '1', '--interval', '200ms']
/** For many URLs: their origin is in this thread, beside other tests, and may be slow to answer on a busy machine. */
const MANY = ['--pool-size', '1', '--interval', '1s', '--timeout', '1m']

/** Answers 500 to paths that begin with /bad, and nothing to those that begin with /hang. */
function mixedOrigin(t: ExecutionContext): Promise<Origin> {
  return startOrigin(t, (request, response) => {
    const path = request.url as string
    if (!path.startsWith('/hang')) response.writeHead(path.startsWith('/bad') ? 500 : 204).end()
  })
}

onTerminal('a live table at 80 × 24: rows, search, one URL, help, resizes, the end', async (t) => {
  const origin = await mixedOrigin(t)
  const urls = Array.from({ length: 40 }, (_, n) => `${origin.url}/good/${n}`)
  const { terminal, ended } = await openProgram(t, [
    ...MANY,
    ...urls,
    `${origin.url}/bad/1`,
    `${origin.url}/bad/2`,
  ])

  const first = (
    await terminal.until(
      (text) =>
        text.includes('42 URLs  40 up  2 down') &&
        /^204 ×\d+.* 500 ×/m.test(text) &&
        /^ \/ search/m.test(text),
    )
  ).split('\n')
  t.is(first.length, 24)
  t.regex(first[1] ?? '', /^[\d.]+ polls\/s  \d+ in flight  late \S+  \d+ due .* pollers \d+%$/)
  t.regex(first[2] ?? '', /^ VERDICT STATUS +TIME +UP URL +42, worst/)
  t.regex(first[3] ?? '', /^>down +500 Internal Server Error /)
  t.regex(first[4] ?? '', /^ down +500 Internal Server Error /)
  t.regex(first[5] ?? '', /^ up +204 No Content/)
  t.regex(first[18] ?? '', /^took p50 /)
  t.regex(first[19] ?? '', /^204 ×\d+ .*\b500 ×\d+/, 'on a busy machine there may be local ones too')
  t.true(first.slice(20, 23).some((line) => /\/bad\/\d: status: 500/.test(line)))
  t.regex(first[23] ?? '', /^ \/ search {2}s sort/)

  await terminal.type('/good/3')
  const found = await terminal.until(
    (text) => text.includes('search: good/3█') && text.includes('"good/3": 11'),
  )
  t.false(
    found
      .split('\n')
      .slice(3, 18)
      .some((line) => line.includes('/bad/')),
  )
  await terminal.press('Enter', 'Down', 'Enter')
  const detail = await terminal.until(
    (text) => text.includes('certificate  none known') && text.includes('WHAT'),
  )
  t.regex(detail, /^http:\/\/127\.0\.0\.1:\d+\/good\/3\d?$/m)
  t.regex(detail, /^asked {8}HEAD by poller 1, \d.* ago$/m)
  t.regex(detail, /^address {6}127\.0\.0\.1$/m)
  t.regex(detail, /^protocol {5}HTTP\/1\.1$/m)
  await terminal.press('?')
  await terminal.until((text) => text.includes('Columns'))
  await terminal.press('?', 'Escape', 'Home')
  await terminal.until((text) => text.includes('42, worst first, 1–'))

  await terminal.resize(120, 40)
  const large = (await terminal.until((text) => text.split('\n').length === 40)).split('\n')
  t.regex(large[3] ?? '', /^.down +500 Internal Server Error +\S+s /)
  await terminal.resize(60, 16)
  await terminal.until((text) => text.split('\n').length === 16 && text.includes(' / search'))
  await terminal.resize(80, 24)
  await terminal.until((text) => text.split('\n').length === 24 && /^>down/m.test(text))

  await terminal.press('q')
  // The last state, of all of them, is longer than the screen.
  const last = await ended('0', `${origin.url}/good/39 204 No Content`)
  t.regex(last, /^\S+ Summary: \d+ polls/m)
})

onTerminal(
  'a row that changes comes to the top, the counts follow, and its page shows its settings',
  async (t) => {
    let status = 204
    const origin = await startOrigin(t, (request, response) => {
      response.writeHead(request.url === '/one' ? status : 204).end()
    })
    const others = Array.from({ length: 5 }, (_, n) => `${origin.url}/${n}`)
    const list = join(directoryOf(t), 'list')
    const parent = others[0] as string
    const write = (more: string) =>
      writeFileSync(
        list,
        `${origin.url}/one interval=100ms timeout=1m header.X-Key=hunter2 parent=${parent} ${more}\n`,
      )
    write('accept=204')
    const { terminal, ended } = await openProgram(t, [...MANY, '--no-recheck', ...others, '-f', list])
    await terminal.until((text) => text.includes('6 up  0 down'))
    status = 503
    const down = await terminal.until((text) => text.includes('5 up  1 down') && /^>down.*\/one$/m.test(text))
    t.regex(down.split('\n')[3] ?? '', /^>down +503 Service Unavailable /)
    await terminal.press('Enter')
    const page = await terminal.until((text) => text.includes('WHAT'))
    t.true(
      page.includes(
        `\nsettings     interval=100ms header.X-Key=… accept=204\n             parent=${parent}\n`,
      ),
      page,
    )
    write('accept=204..=206 user-agent="a b"')
    const changed = await terminal.until((text) => text.includes('accept=204..=206'))
    t.regex(changed, /^settings {5}interval=100ms .* user-agent="a b"/m)
    t.false(changed.includes('hunter2'))
    await terminal.press('Escape')
    status = 204
    await terminal.until((text) => text.includes('6 up  0 down'))
    await terminal.press('C-c')
    await ended('0')
  },
)

onTerminal('colours, and none of them with NO_COLOR', async (t) => {
  const origin = await mixedOrigin(t)
  const args = [...QUICK, `${origin.url}/bad`, `${origin.url}/good`]
  const red = `${String.fromCharCode(0x1b)}[31mdown`
  for (const before of ['', 'NO_COLOR=1']) {
    const { terminal, ended } = await openProgram(t, args, { before })
    await terminal.until((text) => /^>down/m.test(text) && /^ up/m.test(text))
    await terminal.press('j')
    await terminal.until((text) => /^>up/m.test(text))
    t.is((await terminal.coloured()).includes(red), before === '')
    await terminal.press('q')
    await ended('0')
  }
})

for (const key of ['C-c', 'q']) {
  onTerminal(`a second ${key} ends it at once and leaves the terminal as it was`, async (t) => {
    const origin = await mixedOrigin(t)
    const { terminal, ended } = await openProgram(t, [...QUICK, '--timeout', '10m', `${origin.url}/hang`])
    await origin.requested('/hang')
    await terminal.press(key)
    await terminal.until((text) => text.includes('press q or Ctrl-C again to quit now'))
    // What comes within a quarter of a second belongs to the first request. Another key is no request.
    const over = performance.now() + 250
    await waitUntil(() => performance.now() > over)
    await terminal.press('s')
    await terminal.until((text) => text.includes('sort: changed'))
    await terminal.press(key)
    await ended('1')
  })
}

/** What has the monitor die when `mark` is made. */
function faultOf(mark: string): string {
  const helper = fileURLToPath(new URL('../helpers/monitor-fault.ts', import.meta.url))
  return `FAULT_MARK=${mark} NODE_OPTIONS=--import=${helper}`
}

onTerminal('a monitor that dies is replaced by one that draws on, at the size of now', async (t) => {
  const origin = await mixedOrigin(t)
  const mark = join(directoryOf(t), 'mark')
  const { terminal, ended } = await openProgram(t, [...QUICK, `${origin.url}/good`], {
    before: faultOf(mark),
  })
  await terminal.until((text) => text.includes('1 up'))
  await terminal.resize(100, 30)
  await terminal.until((text) => text.split('\n').length === 30)
  writeFileSync(mark, '')
  await waitUntil(() => !existsSync(mark))
  // Keys that come while there is none are lost.
  for (let shown = false; !shown;) {
    await terminal.type('/')
    shown = (await terminal.screen()).includes(' search: ')
  }
  await terminal.press('Escape')
  await terminal.until((text) => text.includes('1 up') && text.split('\n').length === 30)
  await terminal.press('q')
  await ended('0')
})

onTerminal(
  'where no monitor can be started, the terminal is left as it was and the last words are seen',
  async (t) => {
    const origin = await mixedOrigin(t)
    const mark = join(directoryOf(t), 'mark')
    const before = `FAULT_ALWAYS=1 ${faultOf(mark)}`
    const { terminal, ended } = await openProgram(t, [...QUICK, '--timeout', '1m', `${origin.url}/good`], {
      before,
    })
    await terminal.until((text) => text.includes('1 up'))
    writeFileSync(mark, '')
    t.regex(await ended('1'), /^error: No monitor can be started: .*thrown late/m)
  },
)

onTerminal('SIGHUP ends it and leaves the terminal as it was', async (t) => {
  const origin = await mixedOrigin(t)
  const pid = join(directoryOf(t), 'pid')
  const { terminal, ended } = await openProgram(t, [...QUICK, `${origin.url}/good`], {
    before: `sh -c 'echo $$ > ${pid}; exec "$@"' sh `,
  })
  await terminal.until((text) => text.includes('1 up'))
  process.kill(Number(readFileSync(pid, 'utf8')), 'SIGHUP')
  await ended('129')
})

onTerminal('Ctrl-Z stops it, with the terminal as it was, and fg brings it back', async (t) => {
  const origin = await mixedOrigin(t)
  const { terminal, after, ended } = await openProgram(t, [...QUICK, `${origin.url}/good`])
  await terminal.until((text) => text.includes('1 up'))
  await terminal.press('C-z')
  const stopped = await terminal.until((text) => text.trimEnd().endsWith('$'))
  t.true(stopped.startsWith('marker\n'))
  await terminal.type(`clear; echo marker; fg ${after}\n`)
  await terminal.until((text) => text.includes(' / search') && text.includes('1 up'))
  await terminal.press('q')
  await ended('0')
})

onTerminal('--output beside a table: JSON', async (t) => {
  const origin = await mixedOrigin(t)
  const file = join(directoryOf(t), 'results.json')
  const { terminal, ended } = await openProgram(t, [...QUICK, '--output', file, `${origin.url}/good`])
  await terminal.until((text) => text.includes('1 up'))
  await waitUntil(() => readFileSync(file, 'utf8').split('\n').length > 3)
  await terminal.press('q')
  await ended('0')
  const lines = parseLines(readFileSync(file, 'utf8'))
  for (const line of lines) t.is(faultsOf(line), '')
  t.is(lines[0]?.['type'], 'state')
  t.is(lines.at(-1)?.['type'], 'summary')
})

onTerminal('a list on standard input: no keys, and Ctrl-C ends it', async (t) => {
  const origin = await mixedOrigin(t)
  const { terminal, ended } = await openProgram(t, [...QUICK, '-f', '-'], {
    before: `echo ${origin.url}/good |`,
  })
  await terminal.until((text) => text.includes('1 up') && text.includes('no keys; Ctrl-C ends'))
  await terminal.press('C-c')
  await ended('0')
})

test('--format table needs a terminal, and time', async (t) => {
  const one = await headcount(t, ['--format', 'table', 'http://127.0.0.1:1/'])
  t.deepEqual([one.code, one.stderr], [3, 'error: --format: table needs a terminal as standard output\n'])
  const other = await headcount(t, ['--format', 'table', '--once', 'http://127.0.0.1:1/'])
  t.deepEqual([other.code, other.stderr], [3, 'error: --format: table cannot be used with --once\n'])
})
