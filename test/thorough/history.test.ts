import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { History } from '../../src/history/history.ts'
import { directoryOf } from '../helpers/directory.ts'
import { limitConcurrency } from '../helpers/limit-concurrency.ts'
import { startListening } from '../helpers/listening.ts'
import type { Listening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, Program } from '../helpers/program.ts'
import { sourceCli } from '../helpers/cli.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { isThorough } from '../helpers/thorough.ts'
import { testWhere } from '../helpers/tool.ts'

const helper = (name: string) => fileURLToPath(new URL(`../helpers/${name}.ts`, import.meta.url))

limitConcurrency(test, 4)

interface Detail {
  readonly at: string | null
  readonly verdict: string
  readonly since: string
  readonly method: string
  readonly errCount: number
  readonly latest: readonly { readonly at: string; readonly verdict: string }[] | null
  readonly uptime: Readonly<Record<string, { readonly ratio: number; readonly watched: number }>> | null
}

async function detail(get: Listening['get'], url: string): Promise<Detail> {
  return JSON.parse((await get(`/api/v1/url?u=${encodeURIComponent(url)}`)).text) as Detail
}

/** Waits until the history has so many polls of a URL. */
async function recorded(get: Listening['get'], url: string, polls: number): Promise<Detail> {
  let last = await detail(get, url)
  while ((last.latest?.length ?? 0) < polls) {
    await sleep(20)
    last = await detail(get, url)
  }
  return last
}

/** A metric without labels; NaN if there is none. */
async function metric(get: Listening['get'], name: string): Promise<number> {
  const { text } = await get('/metrics')
  return Number(new RegExp(`^headcount_${name} (\\S+)$`, 'm').exec(text)?.[1])
}

/** Waits until what is recorded now is written: the log that SQLite keeps beside the file changes at each writing. */
async function written(file: string): Promise<void> {
  // The first change may have begun before.
  for (let writing = 0; writing < 2; writing++) {
    const { mtimeMs } = statSync(`${file}-wal`)
    await waitUntil(() => statSync(`${file}-wal`).mtimeMs !== mtimeMs)
  }
}

/** What a file has of a URL. */
function read(file: string, url: string) {
  const history = History.open(file, { sizeLimit: 1e9, now: Date.now, warn: () => {} })
  try {
    const id = history.find(url)
    return id === null ? null : { polls: history.polls(id, 1_000), uptime: history.uptime(id, 0, Date.now()) }
  } finally {
    history.close()
  }
}

test('a run that was killed goes on as if nothing had been: no change, the same since, and a time that was not watched', async (t) => {
  let isUp = true
  let heads = 0
  const origin = await startOrigin(t, ({ url = '', method }, response) => {
    if (url === '/get' && method === 'HEAD') heads++
    if (url === '/get') response.writeHead(method === 'HEAD' ? 405 : 200).end()
    else response.writeHead(url === '/turns' && !isUp ? 500 : 200).end()
  })
  const [up, down, turns, get] = ['/up', '/down', '/turns', '/get'].map((path) => `${origin.url}${path}`) as [
    string,
    string,
    string,
    string,
  ]
  const refused = 'http://127.0.0.1:1/'
  const list = join(directoryOf(t), 'urls.txt')
  writeFileSync(list, [up, turns, get, refused, `${down} want=down`].map((line) => `${line}\n`).join(''))
  const file = join(directoryOf(t), 'history.db')
  const args = ['--history', file, '--interval', '200ms', '--error-backoff', '0s', '--changes', '-f', list]
  const first = await startListening(t, args)
  const before = await recorded(first.get, up, 3)
  const refusedBefore = await recorded(first.get, refused, 3)
  await recorded(first.get, get, 3)
  // A killed program loses what it has not written.
  await written(file)
  first.program.child.kill('SIGKILL')
  await first.program.ended()
  isUp = false
  t.is(heads, 1)
  const second = await startListening(t, args)
  await second.program.until(({ json }) =>
    json.some(({ url, verdict }) => url === turns && verdict === 'down'),
  )
  const after = await recorded(second.get, up, (before.latest?.length ?? 0) + 2)
  t.is(after.since, before.since)
  t.is((await detail(second.get, refused)).since, refusedBefore.since)
  let refusedAfter = await detail(second.get, refused)
  // Null until it is polled in this run.
  while (refusedAfter.at === null) {
    await sleep(20)
    refusedAfter = await detail(second.get, refused)
  }
  t.true(refusedAfter.errCount > refusedBefore.errCount, JSON.stringify([refusedBefore, refusedAfter]))
  const changed = new Set(second.program.json.flatMap(({ type, url }) => (type === 'state' ? [url] : [])))
  t.deepEqual([...changed], [turns])
  t.true((after.uptime?.['24h']?.watched ?? 1) < 0.1)
  t.is(after.uptime?.['24h']?.ratio, 1)
  // GET is used at once.
  t.is((await recorded(second.get, get, 5)).method, 'GET')
  t.is(heads, 1)
  second.program.child.kill('SIGTERM')
  const { code, stderr } = await second.program.ended()
  t.is(code, 0)
  t.regex(stderr, /^Listening on .*\n.*turns: status: 500 Internal Server Error\n$/)
})

test('a clean end writes everything before the program exits', async (t) => {
  const origin = await startOrigin(t)
  const url = `${origin.url}/`
  const file = join(directoryOf(t), 'history.db')
  const program = new Program(t, ['--history', file, '--interval', '100ms', '--format', 'json', url])
  await program.until(({ json }) => json.filter(({ type }) => type === 'state').length >= 5)
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
  const printed = program.json.filter(({ type }) => type === 'state').length
  t.is(read(file, url)?.polls.length, printed)
})

if (isThorough)
  test('--once records too, and polls as if for the first time', async (t) => {
    const origin = await startOrigin(t)
    const url = `${origin.url}/`
    const file = join(directoryOf(t), 'history.db')
    for (let run = 1; run <= 2; run++) {
      const { code } = await headcount(t, ['--once', '--history', file, url])
      t.is(code, 0)
      t.is(read(file, url)?.polls.length, run)
    }
  })

/** Starts the program with a fault that its recorder meets later. */
async function startFaulty(t: ExecutionContext, kind: string, args: readonly string[]) {
  const origin = await startOrigin(t)
  const url = `${origin.url}/`
  const mark = join(directoryOf(t), 'mark')
  const { program, get } = await startListening(t, ['--interval', '200ms', ...args, url], {
    env: { NODE_OPTIONS: `--import ${helper('recorder-fault')}`, FAULT_KIND: kind, FAULT_MARK: mark },
  })
  return { url, mark, program, get }
}

const dies = test.macro({
  async exec(t, kind: string, why: RegExp) {
    const file = join(directoryOf(t), 'history.db')
    const { url, mark, program, get } = await startFaulty(t, kind, ['--history', file])
    await recorded(get, url, 3)
    writeFileSync(mark, '')
    await program.until(({ stderr }) => why.test(stderr))
    const printed = program.json.length
    const { latest } = await recorded(get, url, 1)
    await program.until(({ json }) => json.length > printed + 3)
    await recorded(get, url, (latest?.length ?? 0) + 3)
    program.child.kill('SIGTERM')
    const { code, stderr } = await program.ended()
    t.is(code, 0)
    t.is(stderr.match(/another takes its place/g)?.length, 1)
    t.true(program.json.every(({ verdict = 'up' }) => verdict === 'up'))
    t.is(read(file, url)?.uptime.downSeconds, 0)
  },
  title: (_, kind: string) => `a recorder that dies (${kind}) is replaced; polling and printing go on`,
})
test(dies, 'exit', /^The recorder ended; another takes its place$/m)
// These take long, or much time of a processor.
if (isThorough) {
  test(dies, 'throw', /^The recorder ended: thrown late; another takes its place$/m)
  test(dies, 'hang', /^The recorder did not answer for 10 s; another takes its place$/m)
  test(dies, 'heap', /^The recorder (?:ended: .*memory.*|did not answer for 10 s); another takes its place$/m)
}

if (isThorough)
  test('a history in memory that is lost is said', async (t) => {
    const { url, mark, program, get } = await startFaulty(t, 'exit', [])
    await recorded(get, url, 3)
    writeFileSync(mark, '')
    await program.until(({ stderr }) =>
      /^The recorder ended; another takes its place, and the history in memory is lost$/m.test(stderr),
    )
    t.is((await recorded(get, url, 2)).verdict, 'up')
  })

if (isThorough)
  test('a file that is removed while it is written: a new one is begun', async (t) => {
    const origin = await startOrigin(t)
    const url = `${origin.url}/`
    const file = join(directoryOf(t), 'history.db')
    const { program, get } = await startListening(t, ['--interval', '200ms', '--history', file, url])
    await recorded(get, url, 3)
    rmSync(file)
    await program.until(({ stderr }) =>
      /^The recorder ended: .*removed.*; another takes its place$/m.test(stderr),
    )
    await waitUntil(() => existsSync(file))
    await recorded(get, url, 2)
    program.child.kill('SIGTERM')
    t.is((await program.ended()).code, 0)
  })

// A disk of 2 MB. Once the file FULL is there, what is free of it is taken again and again; once MARK is there, it is free again.
const FILL = `mount -t tmpfs -o size=2m none "$DISK" && touch "$DISK/mounted" &&
  { until [ -e "$FULL" ]; do sleep 0.1; done
    until [ -e "$MARK" ]; do cat /dev/zero >>"$DISK/filler" 2>/dev/null; sleep 0.1; done; rm "$DISK/filler"; } &
  until [ -e "$DISK/mounted" ]; do sleep 0.05; done; exec "$0" "$@"`
const FULL_NOTICE = /full; polls are not recorded until it can be written again/
const MOUNT = ['unshare', '-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']

if (isThorough)
  testWhere('a mount namespace of its own (unshare --mount)', MOUNT)(
    'a disk that is full is said once a minute, polling goes on, and it is written again when there is room',
    async (t) => {
      const origin = await startOrigin(t)
      const directory = directoryOf(t)
      const disk = join(directory, 'disk')
      const full = join(directory, 'full')
      const mark = join(directory, 'mark')
      const list = join(directory, 'urls.txt')
      mkdirSync(disk)
      const urls = Array.from({ length: 400 }, (_, n) => `${origin.url}/${n}`)
      writeFileSync(list, `${urls.join('\n')}\n`)
      const { program, get } = await startListening(
        t,
        ['--interval', '200ms', '--history', join(disk, 'h.db'), '-f', list],
        { prefix: ['unshare', '-rm', 'sh', '-c', FILL], env: { DISK: disk, FULL: full, MARK: mark } },
      )
      const printMore = (lines: number) => {
        const { length } = program.json
        return program.until(({ json }) => json.length > length + lines)
      }
      await printMore(1_000)
      writeFileSync(full, '')
      const began = performance.now()
      await program.until(({ stderr }) => FULL_NOTICE.test(stderr))
      await printMore(1_000)
      // It is tried again every ten seconds, and what little there is to write may fit the space that the log has already.
      while (!((await metric(get, 'history_errors_total')) >= 2)) await sleep(100)
      await printMore(1_000)
      writeFileSync(mark, '')
      const freed = Date.now()
      const isRecorded = async () =>
        Date.parse((await detail(get, urls[0] as string)).latest?.[0]?.at ?? '') > freed
      while (!(await isRecorded())) await sleep(100)
      await program.until(({ stderr }) => /^history: it is written again/m.test(stderr))
      program.child.kill('SIGTERM')
      const { code, stderr } = await program.ended()
      t.is(code, 0)
      const said = stderr.match(/polls are not recorded until/g)?.length ?? 0
      t.true(said >= 1 && said <= 1 + (performance.now() - began) / 60_000, stderr)
    },
  )

test('metrics say how the history is', async (t) => {
  const origin = await startOrigin(t)
  const file = join(directoryOf(t), 'history.db')
  const { get } = await startListening(t, ['--interval', '200ms', '--history', file, `${origin.url}/`])
  while (!((await metric(get, 'history_size_bytes')) > 0)) await sleep(20)
  t.is(await metric(get, 'history_dropped_total'), 0)
  t.is(await metric(get, 'history_errors_total'), 0)
})

test('a file that cannot be a history is refused before anything is polled', async (t) => {
  const origin = await startOrigin(t)
  const url = `${origin.url}/`
  const directory = directoryOf(t)
  const list = join(directory, 'urls.txt')
  const text = join(directory, 'notes.txt')
  writeFileSync(list, `${url}\n`)
  writeFileSync(text, 'dear diary, '.repeat(1_000))
  mkdirSync(join(directory, 'folder'))
  const cases: readonly (readonly [args: readonly string[], why: RegExp])[] = [
    [['--history', join(directory, 'missing', 'h.db'), url], /^error: --history: .*ENOENT|no such/],
    [['--history', join(directory, 'folder'), url], /it is not a file/],
    [['--history', list, '-f', list], /it is the same file as a list: a history needs a file of its own/],
    [['--history', text, url], /not a history/],
    [
      ['--history', join(directory, 'h.db'), '--history-size', '5', url],
      /history-size: not a size from 1MB to 1000TB/,
    ],
    [['--history-size', '1GB', url], /history-size: it has no effect without --history/],
  ]
  for (const [args, why] of cases) {
    const { code, stderr, stdout } = await headcount(t, ['--once', ...args])
    t.is(code, 3, stderr)
    t.regex(stderr, why)
    t.is(stdout, '')
  }
  t.is(readFileSync(text, 'utf8'), 'dear diary, '.repeat(1_000))
  t.deepEqual(origin.requestPaths, [])
})

test('a file that cannot be a history is refused in one line, also while main loads what answers probes', async (t) => {
  const text = join(directoryOf(t), 'notes.txt')
  writeFileSync(text, 'dear diary, '.repeat(1_000))
  const args = ['--history', text, '--listen', '127.0.0.1:0', 'http://127.0.0.1:1/']
  const nodeFlags = ['--import', helper('slow-relay')]
  const { code, stderr } = await headcount(t, args, { script: sourceCli, nodeFlags })
  t.is(stderr, `error: history ${text}: this file is not a history of headcount\n`)
  t.is(code, 3)
})

test('a history that another process writes is said, and polling goes on', async (t) => {
  const origin = await startOrigin(t)
  const url = `${origin.url}/`
  const file = join(directoryOf(t), 'history.db')
  const history = History.open(file, { sizeLimit: 1e9, now: Date.now, warn: () => {} })
  const { program, get } = await startListening(t, ['--interval', '200ms', '--history', file, url])
  await program.until(({ stderr }) => /another headcount writes it; it is tried again/.test(stderr))
  await program.until(({ json }) => json.filter(({ type }) => type === 'state').length >= 3)
  t.is((await get('/api/v1/incidents')).status, 503)
  // Said once, although it was tried more than once.
  t.is(program.stderr.split('another headcount writes it').length, 2)
  history.close()
  await recorded(get, url, 2)
})

test('without history no thread is started and nothing of it is loaded', async (t) => {
  const origin = await startOrigin(t)
  const loaded = join(directoryOf(t), 'loaded')
  const ofHistory = async (args: readonly string[]) => {
    writeFileSync(loaded, '')
    const { code } = await new Program(t, ['--once', '--pool-size', '1', ...args, `${origin.url}/`], {
      script: sourceCli,
      env: { NODE_OPTIONS: `--import ${helper('loaded-modules')}`, LOADED_MODULES: loaded },
    }).ended()
    t.is(code, 0)
    return (
      readFileSync(loaded, 'utf8')
        .split('\n')
        .filter((url) =>
          /\/src\/(history|supervisors\/recorder)\/|\/workers\/recorder|recorder-feed/.test(url),
        )
        // It is what loads the others.
        .filter((url) => !url.endsWith('/create-recorder.ts'))
    )
  }
  t.deepEqual(await ofHistory([]), [])
  t.true(
    (await ofHistory(['--history', join(directoryOf(t), 'h.db')])).some((url) =>
      url.includes('/src/history/'),
    ),
  )
})
