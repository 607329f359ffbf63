import { writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { whilePaused } from '../helpers/paused.ts'
import { Program } from '../helpers/program.ts'
import { loopback, startSwitched } from '../helpers/switched-origins.ts'
import { leaveOut } from '../helpers/tool.ts'

const fault = fileURLToPath(new URL('../helpers/fault.ts', import.meta.url))

/** Two pollers, so that each says what it has seen. */
const QUICK = ['--pool-size', '2', '--interval', '300ms', '--status-interval', '200ms', '--format', 'json']

const start = (t: ExecutionContext, ...args: readonly string[]) =>
  new Program(t, [...QUICK, '--error-backoff', '0ms', ...args])

/** The latest summary says so of all. */
const all = (program: Program, verdict: string, urls: number) =>
  program.json.findLast(({ type }) => type === 'summary')?.[verdict] === urls

test('a list of which all vanishes at once, the canary too, is not down: one line, and one when it is back', async (t) => {
  const origins = await startSwitched(t, loopback(31))
  const [canary, ...urls] = origins.urls as [string, ...string[]]
  const program = start(t, '--canary', canary, ...urls)
  await program.until(() => all(program, 'up', 30))
  await origins.fallSilentAndStop(program)
  await program.until(() => all(program, 'unknown', 30))
  await whilePaused(program.child, origins.start)
  await program.until(() => all(program, 'up', 30))
  await program.until(({ stderr }) => /uplink is back/.test(stderr))
  program.child.kill('SIGTERM')
  const { stderr } = await program.ended()
  t.deepEqual(
    program.json.filter(({ verdict }) => verdict === 'down'),
    [],
  )
  const lines = stderr.split('\n').filter((line) => line.includes('uplink'))
  t.is(lines.length, 2, stderr)
  t.regex(
    lines[0] as string,
    /^this machine's uplink seems to be out: no canary answers \(http.*refused.*\); /,
  )
  t.regex(lines[1] as string, /^this machine's uplink is back after \d+ s$/)
})

test('a poller that dies while the uplink is out takes that with it: the next one says it anew', async (t) => {
  const origins = await startSwitched(t, loopback(6))
  const [canary, ...urls] = origins.urls as [string, ...string[]]
  const mark = join(directoryOf(t), 'mark')
  const program = new Program(
    t,
    // Without --verbose, a line that comes again is only counted for a minute.
    [...QUICK, '--verbose', '--error-backoff', '0ms', '--pool-size', '1', '--canary', canary, ...urls],
    {
      env: {
        NODE_OPTIONS: `--import ${fault}`,
        FAULT_PORT: new URL(urls[0] as string).port,
        FAULT_KIND: 'exit',
        FAULT_MARK: mark,
        FAULT_LATER: '1',
      },
    },
  )
  const saidOut = () => program.stderr.match(/uplink seems to be out/g)?.length ?? 0
  await program.until(() => all(program, 'up', 5))
  await origins.fallSilentAndStop(program)
  await program.until(() => saidOut() === 1)
  writeFileSync(`${mark}-now`, '')
  await program.until(() => saidOut() === 2)
  t.regex(program.stderr, /^poller 1 was lost/m)
  await whilePaused(program.child, origins.start)
  await program.until(({ stderr }) => /uplink is back/.test(stderr))
  t.false(program.json.some(({ verdict }) => verdict === 'down'))
})

test('a list of which all vanishes at once is down when the canary answers', async (t) => {
  const origins = await startSwitched(t, loopback(30))
  const canary = await startOrigin(t)
  const program = start(t, '--canary', canary.url, ...origins.urls)
  await program.until(() => all(program, 'up', 30))
  await origins.fallSilentAndStop(program)
  await program.until(() => all(program, 'down', 30))
  t.pass()
})

/** Addresses of this machine that are not of loopback: one alone would tell nothing. */
const beyond = Object.values(networkInterfaces()).flatMap((addresses) =>
  (addresses ?? []).filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address),
)

const withTwo = beyond.length >= 2 ? test : test.skip
if (beyond.length < 2) leaveOut('two addresses that are not of loopback')
withTwo('without --canary, what answered last is asked', async (t) => {
  const hosts = Array.from({ length: 30 }, (_, n) => beyond[n % beyond.length] as string)
  const origins = await startSwitched(t, hosts)
  const program = start(t, '--pool-size', '1', ...origins.urls)
  await program.until(() => all(program, 'up', 30))
  await origins.fallSilentAndStop(program)
  await program.until(() => all(program, 'unknown', 30))
  await whilePaused(program.child, origins.start)
  await program.until(() => all(program, 'up', 30))
  t.false(program.json.some(({ verdict }) => verdict === 'down'))
})

withTwo('a poller that has one origin alone asks what has answered the others', async (t) => {
  // One origin for each poller.
  const origins = await startSwitched(t, beyond.slice(0, 2))
  const program = start(t, ...origins.urls)
  await program.until(() => all(program, 'up', 2))
  // Time for what has answered to be told.
  await program.until(({ json }) => json.filter(({ type }) => type === 'summary').length > 15)
  await origins.fallSilentAndStop(program)
  await program.until(() => all(program, 'unknown', 2))
  t.false(program.json.some(({ verdict }) => verdict === 'down'))
})
