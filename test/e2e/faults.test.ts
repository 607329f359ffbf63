import { existsSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { limitConcurrency } from '../helpers/limit-concurrency.ts'
import { countLines } from '../helpers/count-lines.ts'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { startOrigin } from '../helpers/origin.ts'
import { parseLines, Program } from '../helpers/program.ts'
import { isThorough } from '../helpers/thorough.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const fault = fileURLToPath(new URL('../helpers/fault.ts', import.meta.url))
const QUICK = ['--pool-size', '2', '--interval', '300ms', '--format', 'json']
const OFTEN = ['--status-interval', '200ms']

function start(t: ExecutionContext, args: readonly string[], env: Record<string, string>): Program {
  // What is polled once has no status interval.
  const flags = args.includes('--once') ? QUICK : [...QUICK, ...OFTEN]
  return new Program(t, [...flags, ...args], {
    // A small heap, so that one that fills up does so soon.
    env: { NODE_OPTIONS: `--import ${fault} --max-old-space-size=256`, ...env },
  })
}

limitConcurrency(test, 6)

const newMark = (t: ExecutionContext) => join(directoryOf(t), 'mark')

/** A poller was lost because it died. On a busy machine, any may be lost because nothing is heard of it. */
const DIED = /^poller \d was lost \((?!nothing was heard)/

/** Every URL was up all the time, and no summary has lost one. */
function allUp(t: ExecutionContext, { json }: Program, urls: number, refused = 0): void {
  const down = json.filter(({ verdict }) => verdict === 'down')
  // The State of one that refuses may be among those that a monitor took with it.
  t.true(new Set(down.map(({ url }) => url)).size <= refused, `the fault was ours: ${JSON.stringify(down)}`)
  const summaries = json.filter(({ type }) => type === 'summary')
  for (const { owners } of summaries) {
    const { asleep, due, pollers } = owners as { asleep: number; due: number; pollers: number[] }
    const sum = pollers.reduce((all, some) => all + some, asleep + due)
    t.true(sum === urls || sum === 0, 'owners add up, once main has told them')
  }
}

const dies = test.macro({
  async exec(t, kind: string, timeout: string, why: RegExp) {
    const healthy = await startOrigin(t)
    const deadly = await startOrigin(t)
    const urls = Array.from({ length: 40 }, (_, n) => `${n % 2 === 0 ? healthy.url : deadly.url}/${n}`)
    const args = ['--timeout', timeout, ...urls]
    const mark = newMark(t)
    const env = { FAULT_PORT: String(deadly.port), FAULT_KIND: kind, FAULT_MARK: mark }
    const program = start(t, args, env)
    await program.until(({ stderr }) => why.test(stderr))
    t.false(existsSync(`${mark}-over`), 'one that blocks is not waited for')
    const [loss = ''] = why.exec(program.stderr) ?? []
    const lost = Number(/\d/.exec(loss)?.[0])
    const lines = program.json.length
    await program.until(({ json }) => json.slice(lines).some(({ poller }) => poller === lost))
    for (const url of urls)
      await (url.startsWith(healthy.url) ? healthy : deadly).requested(new URL(url).pathname, 3)
    program.child.kill('SIGTERM')
    const { code, stderr } = await program.ended()
    t.is(code, 0)
    t.is(countLines(stderr, why), 1, stderr)
    allUp(t, program, urls.length)
    const last = program.json.findLast(({ type }) => type === 'summary')
    t.like(last, { urls: urls.length, down: 0, pending: 0 })
    // On a busy machine the last polls may say nothing of their URLs.
    const up = new Set(program.json.filter(({ verdict }) => verdict === 'up').map(({ url }) => url))
    t.is(up.size, urls.length)
  },
  title: (_, kind: string) => `a poller that dies (${kind}) loses nothing and is replaced`,
})
// The deadline is longer than a busy machine lets an origin wait.
test(dies, 'exit', '10s', /^poller \d was lost \(.*7.*\); it had \d+ Resources?, due again now$/m)
// These take much time of a processor.
if (isThorough) {
  test(dies, 'block', '4s', /^poller \d was lost \(nothing was heard of it for 8 s\)/m)
  test(dies, 'throw', '10s', /^poller \d was lost \(.*thrown late.*\)/m)
  test(dies, 'heap', '10s', /^poller \d was lost \((.*memory|nothing was heard).*\)/m)
  test(dies, 'spin', '4s', /^poller \d was lost \(nothing was heard of it for 8 s\)/m)
}

test('threads are replaced when the folder that it was started in has been removed', async (t) => {
  const origin = await startOrigin(t)
  const mark = newMark(t)
  const folder = directoryOf(t)
  const env = { FAULT_PORT: String(origin.port), FAULT_KIND: 'exit', FAULT_MONITOR: 'exit' }
  const program = new Program(t, [...QUICK, ...OFTEN, origin.url, `${origin.url}/other`], {
    prefix: ['env', '-C', folder],
    env: { NODE_OPTIONS: `--import ${fault}`, FAULT_MARK: mark, FAULT_LATER: '1', ...env },
  })
  await origin.requested('/other', 2)
  rmdirSync(folder)
  writeFileSync(`${mark}-now`, '')
  await program.until(({ stderr }) => /was lost/.test(stderr) && /monitor ended/i.test(stderr))
  const [, lost] = /^poller (\d) was lost/m.exec(program.stderr) as unknown as [string, string]
  const lines = program.json.length
  await program.until(({ json }) => json.slice(lines).some(({ poller }) => poller === Number(lost)))
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})

test('so are those of the web thread', async (t) => {
  const folder = directoryOf(t)
  const web = join(directoryOf(t), 'web.yml')
  // The hash of `secret`, of the lowest cost.
  writeFileSync(
    web,
    'basic_auth_users: { me: $2y$04$ntbssW9JJkRRrMz9LwOItOuR.hbOetbXT601e4rPGJOVP6IvMcQS6 }\n',
  )
  const program = new Program(t, [...QUICK, '--listen', '0', '--web-config', web, 'http://127.0.0.1:1/'], {
    prefix: ['env', '-C', folder],
  })
  await program.until(({ stderr }) => /Listening on/.test(stderr))
  const [, url = ''] = /Listening on (\S+)/.exec(program.stderr) ?? []
  rmdirSync(folder)
  const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`
  t.is((await fetch(`${url}api/v1/summary`, { headers: { authorization } })).status, 200)
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})

test('it can be started in a folder that has been removed', async (t) => {
  const origin = await startOrigin(t)
  const script = 'cd "$0" && rmdir "$0" && exec "$@"'
  const prefix = ['sh', '-c', script, directoryOf(t)]
  const { code, stderr } = await new Program(t, ['--once', '--format', 'quiet', origin.url], {
    prefix,
  }).ended()
  t.is(stderr, '')
  t.is(code, 0)
})

test('a poller that dies before the others have started is replaced', async (t) => {
  const origins = await Promise.all([1, 2, 3].map(() => startOrigin(t)))
  const urls = origins.map(({ url }) => url)
  const program = start(t, urls, { FAULT_MARK: newMark(t), FAULT_EARLY: '1' })
  for (const origin of origins) await origin.requested('/', 3)
  program.child.kill('SIGTERM')
  const { code, stderr } = await program.ended()
  t.is(code, 0)
  t.is(countLines(stderr, DIED), 1, stderr)
  allUp(t, program, urls.length)
})

test('a URL whose poll kills pollers is found and set aside; all others are polled on', async (t) => {
  const healthy = await startOrigin(t)
  const deadly = await startOrigin(t)
  const urls = Array.from({ length: 60 }, (_, n) => `${healthy.url}/${n}`)
  const killer = `http://user:secret@127.0.0.1:${deadly.port}/killer`
  const program = start(t, [...urls, killer], { FAULT_PORT: String(deadly.port), FAULT_KIND: 'exit' })
  await program.until(({ stderr }) => /set aside/.test(stderr))
  const asked = [...healthy.requestPaths]
  await Promise.all(
    urls.map((url) => {
      const { pathname } = new URL(url)
      return healthy.requested(pathname, asked.filter((path) => path === pathname).length + 2)
    }),
  )
  program.child.kill('SIGTERM')
  const { code, stderr } = await program.ended()
  t.is(code, 0)
  t.is(stderr.match(/set aside/g)?.length, 1)
  t.regex(stderr, new RegExp(`^http://127.0.0.1:${deadly.port}/killer: set aside for an hour`, 'm'))
  t.false(stderr.includes('secret'))
  // A line that comes again is counted.
  const losses = stderr.split('\n').filter((line) => DIED.test(line))
  t.is(
    losses.reduce((sum, line) => sum + Number(/\((\d+) more times? in the last/.exec(line)?.[1] ?? 1), 0),
    6,
  )
  t.deepEqual(deadly.requestPaths, [])
  t.like(
    program.json.find(({ url }) => url === `http://127.0.0.1:${deadly.port}/killer`),
    { verdict: 'unknown', reason: 'local' },
  )
  allUp(t, program, 61)
})

test('--once ends though a URL kills each poller that polls it, and that is no success', async (t) => {
  const healthy = await startOrigin(t)
  const deadly = await startOrigin(t)
  const program = start(t, ['--once', `${healthy.url}/`, `${deadly.url}/`], {
    FAULT_PORT: String(deadly.port),
    FAULT_KIND: 'exit',
  })
  const { code } = await program.ended()
  t.is(code, 2)
  t.like(program.json.at(-1), { type: 'summary', urls: 2, up: 1, down: 0, unknown: 1 })
})

test('pollers that can be started no more: said, exit 1', async (t) => {
  const origin = await startOrigin(t)
  const env = {
    FAULT_PORT: String(origin.port),
    FAULT_KIND: 'exit',
    FAULT_MARK: newMark(t),
    FAULT_POLLERS: '1',
  }
  const program = start(t, ['--pool-size', '1', origin.url], env)
  const { code, stderr } = await program.ended()
  t.is(code, 1)
  t.regex(stderr, /^error: No poller can be started: poller 1 could not be started \(/m)
})

if (isThorough)
  test('one poller that can be started no more: the other goes on with all', async (t) => {
    const origin = await startOrigin(t)
    const deadly = await startOrigin(t)
    const env = {
      FAULT_PORT: String(deadly.port),
      FAULT_KIND: 'exit',
      FAULT_MARK: newMark(t),
      FAULT_POLLERS: '2',
    }
    const urls = [origin, deadly].flatMap(({ url }) => Array.from({ length: 5 }, (_, n) => `${url}/${n}`))
    // Otherwise a line that comes again is only counted.
    const program = start(t, ['--verbose', ...urls], env)
    await program.until(
      ({ stderr }) => (stderr.match(/^poller \d could not be started \(/gm)?.length ?? 0) >= 3,
    )
    for (const at of [origin, deadly])
      await at.requested('/3', at.requestPaths.filter((path) => path === '/3').length + 3)
    program.child.kill('SIGTERM')
    const { code } = await program.ended()
    t.is(code, 0)
    allUp(t, program, 10)
  })

test('pollers that do not start at all: said, exit 1', async (t) => {
  const program = start(t, ['http://127.0.0.1:1/'], { FAULT_MARK: newMark(t), FAULT_POLLERS: '0' })
  const { code, stderr } = await program.ended()
  t.is(code, 1)
  t.regex(stderr, /^error: poller \d could not be started \(/m)
  t.regex(stderr, /fails at load/)
})

const monitorDies = test.macro({
  async exec(t, kind: string, why: RegExp) {
    const origin = await startOrigin(t)
    const refusing = await freePort()
    const urls = Array.from({ length: 20 }, (_, n) => `${origin.url}/${n}`)
    const mark = newMark(t)
    const env = { FAULT_MONITOR: kind, FAULT_MARK: mark }
    const program = start(t, [...urls, `http://127.0.0.1:${refusing}/`], env)
    await program.until(({ stderr }) => why.test(stderr))
    const lines = program.json.length
    const polled = origin.requestPaths.length
    // Those of the new one: each URL is shown again, and counts are right from the first summary on.
    await program.until(({ json }) => {
      const shown = new Set(json.slice(lines).map(({ url }) => url))
      return urls.every((url) => shown.has(url))
    })
    t.false(existsSync(`${mark}-over`), 'one that blocks is not waited for')
    await program.until(({ json }) => json.slice(lines).filter(({ type }) => type === 'summary').length > 3)
    t.true(origin.requestPaths.length > polled)
    program.child.kill('SIGTERM')
    const { code, stdout, stderr } = await program.ended()
    t.is(code, 0)
    t.is(countLines(stderr, why), 1, stderr)
    // The line that a new one begins with: empty, or what the other left of its last one. A busy machine may lose one more.
    t.is(
      stdout
        .split('\n')
        .slice(0, -1)
        .filter((line) => !line.endsWith('}')).length,
      countLines(stderr, /; another takes its place/),
    )
    const summaries = program.json.slice(lines).filter(({ type }) => type === 'summary')
    t.like(summaries.at(-1), { urls: 21, up: 20, down: 1, unknown: 0, pending: 0 })
    // On a busy machine not all were polled before; what the other knew is not pending again.
    const pending = summaries.map((summary) => Number(summary['pending']))
    t.deepEqual(
      pending,
      pending.toSorted((a, b) => b - a),
    )
    const polls = program.json
      .filter(({ type }) => type === 'summary')
      .map((summary) => Number(summary['polls']))
    t.deepEqual(
      polls,
      polls.toSorted((a, b) => a - b),
      'the count of polls goes on',
    )
    allUp(t, program, 21, 1)
  },
  title: (_, kind: string) => `a monitor that dies (${kind}) is replaced, and knows what the other knew`,
})
test(monitorDies, 'exit', /^The monitor ended; another takes its place/m)
if (isThorough) {
  test(monitorDies, 'throw', /^The monitor ended: thrown late; another takes its place/m)
  test(monitorDies, 'spin', /^The monitor did not answer for 2 s; another takes its place/m)
  test(monitorDies, 'block', /^The monitor did not answer for 2 s; another takes its place/m)
}

const diesEarly = test.macro({
  async exec(t, kind: string, why: RegExp) {
    // One for each poller.
    const origins = await Promise.all([1, 2].map(() => startOrigin(t)))
    const env = { FAULT_LISTEN: kind, FAULT_MARK: newMark(t) }
    const program = start(
      t,
      origins.map(({ url }) => url),
      env,
    )
    await program.until(({ json }) => json.some(({ type, up }) => type === 'summary' && up === 2))
    program.child.kill('SIGTERM')
    const { code, stderr } = await program.ended()
    t.is(code, 0)
    t.regex(stderr, why)
  },
  title: (_, kind: string) => `a monitor that dies (${kind}) as it is told of the first poller is replaced`,
})
test(diesEarly, 'exit', /^The monitor ended; another takes its place/m)
if (isThorough) test(diesEarly, 'hang', /^The monitor did not answer for 2 s; another takes its place/m)

if (isThorough)
  test('a monitor that dies while a poller hangs is replaced before that is found', async (t) => {
    const origin = await startOrigin(t)
    const deadly = await startOrigin(t)
    const env = { FAULT_PORT: String(deadly.port), FAULT_KIND: 'hang', FAULT_MARK: newMark(t) }
    const args = ['--timeout', '7s', origin.url, deadly.url]
    const program = start(t, args, { ...env, FAULT_MONITOR: 'exit' })
    await program.until(({ stderr }) => stderr.includes('The monitor ended'))
    const lines = program.json.length
    await program.until(({ json }) => json.slice(lines).some(({ type }) => type === 'summary'))
    t.notRegex(program.stderr, /was lost/)
    program.child.kill('SIGTERM')
    t.is((await program.ended()).code, 0)
  })

test('a monitor that can be started no more: said, exit 1', async (t) => {
  const origin = await startOrigin(t)
  const env = { FAULT_MONITOR: 'exit', FAULT_MARK: newMark(t), FAULT_MONITORS: '1' }
  const { code, stderr } = await start(t, [origin.url], env).ended()
  t.is(code, 1)
  t.regex(stderr, /^error: No monitor can be started: The monitor ended: fails at load$/m)
  t.is(stderr.match(/another takes its place/g)?.length, 1)
})

test('a monitor that dies as it is told that the run ends: said, exit 1, and no other is started', async (t) => {
  const origin = await startOrigin(t)
  const program = start(t, [origin.url], { FAULT_LAST: 'exit' })
  await origin.requested('/', 2)
  program.child.kill('SIGTERM')
  const { code, stderr } = await program.ended()
  t.is(code, 1)
  t.is(stderr, 'error: The monitor ended\n')
})

test('a monitor that never starts: said, exit 1', async (t) => {
  const program = start(t, ['http://127.0.0.1:1/'], { FAULT_MARK: newMark(t), FAULT_WAITS: '1' })
  const { code, stderr } = await program.ended()
  t.is(code, 1)
  t.regex(stderr, /^error: The monitor was not ready in \d+ s; is the machine too busy\?$/m)
})

const endsAtStart = test.macro({
  async exec(t, args: readonly string[], code: number) {
    const mark = newMark(t)
    const program = start(t, [...args, 'http://127.0.0.1:1/'], { FAULT_MARK: mark, FAULT_WAITS: '1' })
    await waitUntil(() => existsSync(`${mark}-waits`), 60_000)
    program.child.kill('SIGTERM')
    const said = code === 0 ? '' : 'error: stopped before the run was complete: the exit code is 1\n'
    t.like(await program.ended(), { code, stderr: said })
  },
  title: (_, args: readonly string[], code: number) =>
    `SIGTERM while a thread is starting that never starts: exit ${code} (${args.join(' ') || 'for ever'})`,
})
test(endsAtStart, [], 0)
test(endsAtStart, ['--once'], 1)

test('asked to end while no monitor runs: the next one has the last word', async (t) => {
  const origin = await startOrigin(t)
  const mark = newMark(t)
  const env = { FAULT_MONITOR: 'exit', FAULT_MARK: mark, FAULT_WAITS: '2' }
  // The monitor has the deadline of a poll and a second to start.
  const program = start(t, [origin.url, '--timeout', '60s'], env)
  await waitUntil(() => existsSync(`${mark}-waits`), 60_000)
  program.child.kill('SIGTERM')
  // As long as there are polls, main still waits for them, and not for the monitor.
  for (let polls = -1; polls !== origin.requestPaths.length; await sleep(1_000))
    polls = origin.requestPaths.length
  writeFileSync(`${mark}-goes`, '')
  const { code, stdout, stderr } = await program.ended()
  t.is(code, 0, stderr)
  t.like(parseLines(stdout).at(-1), { type: 'summary', urls: 1, up: 1 })
})

if (isThorough)
  test('a list that changes while no monitor runs: the next one knows what is new', async (t) => {
    const origin = await startOrigin(t)
    const mark = newMark(t)
    const list = join(directoryOf(t), 'urls.txt')
    writeFileSync(list, `${origin.url}/old\n`)
    const env = { FAULT_MONITOR: 'exit', FAULT_MARK: mark, FAULT_WAITS: '2' }
    const program = start(t, ['-f', list], env)
    await program.until(({ stderr }) => stderr.includes('another takes its place'))
    await waitUntil(() => existsSync(`${mark}-waits`), 60_000)
    writeFileSync(list, `${origin.url}/old\n${origin.url}/new\n`)
    await origin.requested('/new', 2)
    writeFileSync(`${mark}-goes`, '')
    await program.until(({ json }) =>
      json.some(({ url, type }) => type === 'state' && url === `${origin.url}/new`),
    )
    program.child.kill('SIGTERM')
    t.is((await program.ended()).code, 0)
    t.like(program.json.at(-1), { type: 'summary', urls: 2, up: 2 })
  })

test('lines of --once that a monitor took with it are no success; what it had written to a file stays', async (t) => {
  const quick = await startOrigin(t)
  const slow = await startOrigin(t, (_, response) => void setTimeout(() => response.end(), 8_000))
  const env = { FAULT_MONITOR: 'exit', FAULT_MARK: newMark(t) }
  const file = join(directoryOf(t), 'results')
  // Much longer than the slow one takes, on a busy machine too.
  const args = ['--once', '--timeout', '60s', '--output', file, quick.url, slow.url]
  const { code, stdout } = await start(t, args, env).ended()
  t.is(code, 1)
  t.like(parseLines(stdout).at(-1), { type: 'summary', up: 2, polls: 2 })
  const urls = new Set(parseLines(readFileSync(file, 'utf8')).map(({ url }) => url))
  t.true(urls.has(`${quick.url}/`) && urls.has(`${slow.url}/`))
})

test('a monitor that is replaced adds nothing to a document on standard output', async (t) => {
  const origin = await startOrigin(t)
  const env = { FAULT_LISTEN: 'exit', FAULT_MARK: newMark(t) }
  const { code, stdout, stderr } = await start(t, ['--once', '--format', 'junit', origin.url], env).ended()
  t.is(code, 1)
  t.regex(stderr, /^error: The monitor ended; another takes its place/m)
  t.regex(stdout, /^<\?xml version="1\.0" /)
  t.true(stdout.endsWith('</testsuites>\n'))
})

const ends = test.macro({
  async exec(t, poller: string, monitor: string | null, expected: number) {
    const origin = await startOrigin(t)
    const deadly = await startOrigin(t)
    const env = { FAULT_PORT: String(deadly.port), FAULT_KIND: poller, FAULT_MARK: newMark(t) }
    const more = monitor === null ? {} : { FAULT_LAST: monitor }
    const program = start(t, ['--timeout', '5s', origin.url, deadly.url], { ...env, ...more })
    await origin.requested('/', 3)
    program.child.kill('SIGTERM')
    // A thread that hangs never ends by itself: without a deadline the program would not either.
    const { code, stderr } = await program.ended()
    // On a machine so busy that the monitor did not get to its last word in time, that is said.
    t.is(code, stderr.includes('the last state is missing') ? 1 : expected)
  },
  title: (_, poller: string, monitor: string | null) =>
    `SIGTERM ends it though a poller does "${poller}", a monitor "${monitor}"`,
})
if (isThorough) test(ends, 'hang', null, 0)
if (isThorough) test(ends, 'hang', 'hang', 1)

if (isThorough)
  for (const isPushed of [false, true])
    test(`the last state is out though a poller hangs in a system call${isPushed ? ', and a collector' : ''}`, async (t) => {
      const origin = await startOrigin(t)
      const deadly = await startOrigin(t)
      const silent = await startOrigin(t, () => {})
      const mark = newMark(t)
      const env = { FAULT_PORT: String(deadly.port), FAULT_KIND: 'block', FAULT_MARK: mark }
      const more = isPushed ? ['--otlp', silent.url, '--history', join(directoryOf(t), 'history.db')] : []
      const args = ['--timeout', '2s', '--status-interval', '480h', ...more, origin.url, deadly.url]
      const program = start(t, args, env)
      await origin.requested('/', 3)
      program.child.kill('SIGTERM')
      // On a machine so busy that the monitor did not get to its last word in time, that is said.
      const isMissing = () => program.stderr.includes('the last state is missing')
      await program.until(({ json }) => isMissing() || json.some(({ type }) => type === 'summary'))
      t.false(existsSync(`${mark}-over`))
      t.is((await program.ended()).code, isMissing() ? 1 : 0)
    })

test('SIGTERM while a poll that has timed out is made once more: that one is finished too', async (t) => {
  let isSilent = false
  const origin = await startOrigin(t, (_, response) => {
    if (!isSilent) response.end()
  })
  const program = start(t, ['--timeout', '1s', '--interval', '5s', origin.url], {})
  // Only a URL that was up is polled once more, and on a busy machine the first answers may come too late.
  await program.until(({ json }) => json.some(({ type, verdict }) => type === 'state' && verdict === 'up'))
  isSilent = true
  const lines = program.json.length
  await origin.requested('/', origin.requestPaths.length + 2)
  program.child.kill('SIGTERM')
  const { code, stderr } = await program.ended()
  t.is(code, 0)
  t.notRegex(stderr, /was lost/)
  const states = program.json.slice(lines).filter(({ type }) => type === 'state')
  // On a machine so busy that the first attempt says nothing, the second request does not belong to a second attempt.
  if (states.every(({ verdict }) => verdict !== 'unknown'))
    t.like(states.at(-1), { verdict: 'down', reason: 'timeout', rechecked: true })
})
