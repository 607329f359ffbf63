import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { REASON_FACTS } from '../../src/state/reasons.ts'
import { FORMAT_NAMES } from '../../src/print/text/formats.ts'
import { cli } from '../helpers/cli.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, parseLines, Program } from '../helpers/program.ts'
import { refusalOf } from '../helpers/refusal.ts'

const url = 'http://127.0.0.1:1/'
const STOPPED = 'error: stopped before the run was complete: the exit code is 1\n'
/** On a machine so busy that the monitor did not get to its last word in time, that is said. */
const TOO_BUSY = 'the last state is missing'
const QUICK = ['--pool-size', '1', '--interval', '200ms', '--status-interval', '100ms']

test('SIGTERM in mid-poll: the poll is finished, the last state is whole, exit 0', async (t) => {
  const answer = Promise.withResolvers<void>()
  const origin = await startOrigin(
    t,
    (_, response) => void answer.promise.then(() => response.writeHead(200).end()),
  )
  const program = new Program(t, [...QUICK, '--format', 'json', origin.url])
  await origin.requested('/')
  program.child.kill('SIGTERM')
  setTimeout(answer.resolve, 300)
  const { code, stdout } = await program.ended()
  t.is(code, 0)
  const lines = parseLines(stdout)
  t.like(
    lines.find(({ type }) => type === 'state'),
    { verdict: 'up', status: 200 },
  )
  t.like(lines.at(-1), { type: 'summary', up: 1, pending: 0, owners: { asleep: 1, due: 0, pollers: [0] } })
  t.is(origin.requestPaths.length, 1)
})

test('SIGINT in a poll that never ends: given up at its deadline, which is what the last state says', async (t) => {
  const origin = await startOrigin(t, () => {})
  const program = new Program(t, [...QUICK, '--timeout', '3s', '--format', 'json', origin.url])
  await origin.requested('/')
  program.child.kill('SIGINT')
  const { code, stdout, stderr } = await program.ended()
  if (stderr.includes(TOO_BUSY)) return void t.is(code, 1)
  t.is(code, 0, stderr)
  // On a machine so busy that the poller's thread stood still it is `unknown`, and says the same.
  const states = parseLines(stdout).filter(({ type }) => type === 'state')
  // Nor is it known whether the signal came before the deadline of the first poll.
  t.true(states.length > 0)
  for (const { detail } of states) t.true(String(detail).includes(`${REASON_FACTS.timeout.text} (wait)`))
})

test('two signals at a time are one request: the last state is printed', async (t) => {
  const origin = await startOrigin(t)
  const program = new Program(t, [...QUICK, '--format', 'json', origin.url])
  await origin.requested('/')
  // As timeout(1) does, to its child and to the process group.
  program.child.kill('SIGTERM')
  program.child.kill('SIGINT')
  const { code, stdout } = await program.ended()
  t.is(code, 0)
  t.like(parseLines(stdout).at(-1), { type: 'summary', urls: 1, up: 1 })
})

test('a second signal ends it at once, with 1', async (t) => {
  const origin = await startOrigin(t, () => {})
  const program = new Program(t, [...QUICK, '--timeout', '10m', '--format', 'json', origin.url])
  await origin.requested('/')
  program.child.kill('SIGINT')
  // The first has been taken when nothing is printed on the timer any more; a signal too many changes nothing.
  const again = setInterval(() => program.child.kill('SIGINT'), 100)
  const { code } = await program.ended()
  clearInterval(again)
  t.is(code, 1)
})

test('a closed standard output ends it quietly', async (t) => {
  const origin = await startOrigin(t)
  const args = [process.execPath, cli, ...QUICK, '--interval', '20ms', '--format', 'json', origin.url]
  const shell = spawn('bash', ['-c', '"$@" | head -1; echo "${PIPESTATUS[0]}"', 'bash', ...args])
  t.teardown(() => shell.kill())
  let stdout = ''
  let stderr = ''
  shell.stdout.on('data', (text: Buffer) => (stdout += text.toString()))
  shell.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
  await once(shell, 'close')
  t.is(stderr, '')
  const [first, code] = stdout.trimEnd().split('\n')
  t.regex((JSON.parse(first as string) as { type: string }).type, /^(state|summary)$/)
  t.is(code, '0')
})

test('a full disk is said once, and polling goes on', async (t) => {
  const origin = await startOrigin(t)
  const args = [...QUICK, '--interval', '20ms', '--format', 'json', origin.url]
  const program = new Program(t, args, { stdio: ['pipe', openSync('/dev/full', 'w'), 'pipe'] })
  await origin.requested('/', 20)
  program.child.kill('SIGTERM')
  const { code, stderr } = await program.ended()
  t.is(stderr, 'standard output: ENOSPC\n')
  t.is(code, 0)
})

test('results of --once that could not be written are no success', async (t) => {
  const origin = await startOrigin(t)
  const program = new Program(t, ['--once', '--format', 'json', origin.url], {
    stdio: ['pipe', openSync('/dev/full', 'w'), 'pipe'],
  })
  t.is((await program.ended()).code, 1)
})

test('--once that is stopped says why it is no success, although each URL is up', async (t) => {
  const answer = Promise.withResolvers<void>()
  const origin = await startOrigin(
    t,
    (_, response) => void answer.promise.then(() => response.writeHead(200).end()),
  )
  const program = new Program(t, ['--once', '--format', 'json', origin.url])
  await origin.requested('/')
  program.child.kill('SIGTERM')
  await program.until(({ stderr }) => stderr !== '')
  answer.resolve()
  const { code, stderr } = await program.ended()
  t.is(code, 1)
  t.is(stderr, STOPPED)
})

test('a standard output that nobody reads stops neither the polls nor the end', async (t) => {
  const origin = await startOrigin(t)
  const urls = Array.from({ length: 200 }, (_, n) => `${origin.url}/${n}`)
  const program = new Program(t, [...QUICK, '--interval', '20ms', '--format', 'json', ...urls])
  program.child.stdout?.pause()
  // 200 States of 400 bytes each 20 ms: a pipe holds 64 KiB.
  await origin.requested('/7', 10)
  program.child.kill('SIGTERM')
  const [code] = (await once(program.child, 'exit')) as [number]
  t.is(code, 0)
})

test('--once whose results nobody reads: SIGTERM ends it though all is polled, and files are whole', async (t) => {
  const origin = await startOrigin(t)
  const [same, other] = ['same.xml', 'other.csv'].map((name) => join(directoryOf(t), name)) as [
    string,
    string,
  ]
  // Far more than a pipe holds.
  const urls = Array.from({ length: 300 }, (_, n) => `${origin.url}/${n}/${'x'.repeat(2_000)}`)
  const args = ['--once', '--pool-size', '1', '--format', 'junit', '--output', same, '--output', other]
  const program = new Program(t, [...args, ...urls])
  program.child.stdout?.pause()
  const said = '300 URLs: 300 up (300 ok)\n'
  await program.until(({ stderr }) => stderr === said)
  program.child.kill('SIGTERM')
  const [code] = (await once(program.child, 'exit')) as [number]
  t.is(code, 1)
  if (program.stderr.includes(TOO_BUSY)) return
  t.is(program.stderr, said + STOPPED)
  t.regex(readFileSync(same, 'utf8'), /<\/testsuites>\n$/)
  t.is(readFileSync(other, 'utf8').split('\r\n').length, urls.length + 2)
})

test('a collector that keeps --once waiting for its last push: SIGTERM ends it, with what there is', async (t) => {
  const origin = await startOrigin(t)
  const collector = await startOrigin(t, () => {})
  const args = ['--once', '--pool-size', '1', '--format', 'csv', '--otlp', collector.url, `${origin.url}/`]
  const program = new Program(t, args)
  await collector.requested('/v1/metrics')
  program.child.kill('SIGTERM')
  const { code, stdout, stderr } = await program.ended()
  t.is(code, 1)
  t.true(stderr.includes(STOPPED), stderr)
  if (stderr.includes(TOO_BUSY)) return
  t.regex(stdout, /^url,verdict,[^\n]*\n[^\n]*,up,ok,204,[^\n]*\n$/)
})

test('--once whose reader has gone polls on, for the exit code and the files', async (t) => {
  const readerGone = Promise.withResolvers<void>()
  const seen: string[] = []
  const origin = await startOrigin(t, ({ url: path = '' }, response) => {
    const status = path === '/quick' || seen.includes(path) ? 204 : 503
    seen.push(path)
    const answer = () => response.writeHead(status).end()
    if (path === '/quick') answer()
    else void readerGone.promise.then(answer)
  })
  const file = join(directoryOf(t), 'results.jsonl')
  const urls = ['/quick', '/slow', '/slower'].map((path) => `${origin.url}${path}`)
  const flags = ['--once', '--pool-size', '1', '--format', 'json', '--retries', '1', '--retry-delay', '1s']
  const program = new Program(t, [...flags, '--no-get-fallback', '--output', file, ...urls])
  await program.until(({ json }) => json.length === 1)
  program.child.stdout?.destroy()
  readerGone.resolve()
  const { code, stderr } = await program.ended()
  t.is(code, 0, stderr)
  t.notRegex(stderr, /^error/m)
  t.like(parseLines(readFileSync(file, 'utf8')).at(-1), { type: 'summary', up: 3, polls: 5 })
})

/** A pipe that takes nothing: it is full, and nobody reads it. */
function fullPipe(t: ExecutionContext): number {
  const path = join(directoryOf(t), 'pipe')
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  t.teardown(() => closeSync(fd))
  const some = Buffer.alloc(4_096)
  t.throws(
    () => {
      for (;;) writeSync(fd, some)
    },
    { code: 'EAGAIN' },
  )
  return fd
}

for (const flag of ['--check', '--plan'])
  test(`${flag} whose result nobody reads: SIGTERM ends it`, async (t) => {
    const program = new Program(t, [flag, url, url], { stdio: ['ignore', fullPipe(t), 'pipe'] })
    // It is said when the list has been read.
    await program.until(({ stderr }) => stderr.includes('1 duplicate in the lists'))
    program.child.kill('SIGTERM')
    t.is((await program.ended()).code, 1)
  })

test('a missing list is exit 3 and named', async (t) => {
  const { code, stdout, stderr } = await headcount(t, ['-f', '/nonexistent/urls.txt'])
  t.is(code, 3)
  t.is(stdout, '')
  t.regex(stderr, /^error: \/nonexistent\/urls\.txt: no such file/)
})

test('a list in which nothing can be polled is exit 3', async (t) => {
  const { code, stderr } = await headcount(t, ['-f', '-'], { input: '# nothing\nftp://a.example/\n' })
  t.is(code, 3)
  t.regex(stderr, /^stdin:2: /)
  t.regex(stderr, /no valid URL in the lists/)
})

test('flags that are refused are exit 3, and said on standard error', async (t) => {
  for (const args of [[], ['--no-such-flag', '--interval', '10', url]]) {
    const { code, stdout, stderr } = await headcount(t, args)
    t.like({ code, stdout, stderr }, { code: 3, stdout: '', stderr: await refusalOf(args) })
  }
})

const badFlags = test.macro({
  exec: async (t, args: string[], why: RegExp, env: NodeJS.ProcessEnv = {}) => {
    const text = await refusalOf(args, env)
    t.regex(text, why)
    t.notRegex(text, /\n\s+at /)
  },
  title: (given = '', args: string[]) => given || `refused: ${args.join(' ')}`,
})
test(badFlags, [], /nothing to poll/)
test(badFlags, ['--no-such-flag', url], /unknown option --no-such-flag /)
test(badFlags, ['--interval', '10', url], /--interval.*did you mean 10s\?/s)
test(badFlags, ['--interval', '0s', url], /--interval.*too short/s)
test(badFlags, ['--pool-size', '0', url], /--pool-size.*whole number from 1/s)
test(badFlags, ['--accept', '200..=199', url], /--accept: not a valid range of statuses/)
test(badFlags, ['--header', 'no colon', url], /--header.*"name: value"/s)
test(badFlags, ['--header', 'Connection: close', url], /--header.*can't be set/s)
test(badFlags, ['--method', 'POST /', url], /--method: not a method such as GET or POST/)
test(badFlags, ['--method', 'post', url], /--method: .*did you mean POST\?/)
test(
  badFlags,
  ['--format', 'xml', url],
  new RegExp(`--format.*${['auto', ...FORMAT_NAMES].join(', ')}$`, 'm'),
)
test(badFlags, ['--resolver', 'dns.example', url], /--resolver.*not an IP address/s)
test(badFlags, ['-4', '-6', url], /cannot be used with/)
test(badFlags, ['--cacert', '/nonexistent.pem', url], /--cacert: \/nonexistent\.pem: /)
test(badFlags, ['--cert', '/dev/null', url], /--cert/)
test('refused: a bad variable', badFlags, [url], /HEADCOUNT_INTERVAL/, { HEADCOUNT_INTERVAL: 'soon' })
test('refused: a bad switch', badFlags, [url], /HEADCOUNT_ONCE: must be on or off/, {
  HEADCOUNT_ONCE: 'maybe',
})
