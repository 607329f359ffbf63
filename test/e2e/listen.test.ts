import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { webRoom } from '../../src/command/capacity/limits.ts'
import { sourceCli } from '../helpers/cli.ts'
import { countLines } from '../helpers/count-lines.ts'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { limitConcurrency } from '../helpers/limit-concurrency.ts'
import { startListening } from '../helpers/listening.ts'
import type { Listening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, Program } from '../helpers/program.ts'
import { isThorough } from '../helpers/thorough.ts'

const helper = (name: string) => fileURLToPath(new URL(`../helpers/${name}.ts`, import.meta.url))

limitConcurrency(test, 4)

/** Asks until the answer says that the program is ready. */
async function untilReady(get: Listening['get']) {
  for (;;) {
    const answer = await get('/-/ready')
    if (answer.status === 200) return answer
    await sleep(20)
  }
}

test('it is healthy and ready, and the end of the run closes the port, though a connection stays open', async (t) => {
  const origin = await startOrigin(t)
  // Nobody else is given this port: nobody answers there when the run has ended.
  const args = ['--listen', String(await freePort()), `${origin.url}/`]
  const { program, get, url } = await startListening(t, args)
  t.like(await get('/-/healthy'), { status: 200, text: 'headcount is healthy.\n' })
  const ready = await untilReady(get)
  t.is(ready.text, 'headcount is ready.\n')
  t.is((await get('/-/ready', { method: 'HEAD' })).status, 200)
  t.is((await get('/-/ready', { method: 'POST' })).status, 405)
  t.is((await get('/nothing')).status, 404)
  t.is(ready.headers.get('x-content-type-options'), 'nosniff')
  t.is(ready.headers.get('access-control-allow-origin'), null)
  // Kept alive by fetch.
  t.is((await fetch(`${url}/-/healthy`)).status, 200)
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
  t.is((await get('/-/healthy')).status, 0)
})

test('with --once it listens until the end', async (t) => {
  const origin = await startOrigin(t)
  const { code, stderr } = await headcount(t, ['--once', '--listen', '0', `${origin.url}/`])
  t.is(code, 0)
  t.regex(stderr, /^Listening on http:\/\/127\.0\.0\.1:\d+\/$/m)
})

test('a port that is taken is an error before anything is polled', async (t) => {
  const origin = await startOrigin(t)
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const { code, stdout, stderr } = await headcount(t, ['--listen', String(port), `${origin.url}/`])
  t.is(code, 3)
  t.is(stdout, '')
  t.is(stderr, `error: --listen 127.0.0.1:${port}: another program uses this port (EADDRINUSE)\n`)
  t.deepEqual(origin.requestPaths, [])
})

test('an address of another machine is an error', async (t) => {
  const { code, stderr } = await headcount(t, ['--listen', '192.0.2.1:9115', 'http://127.0.0.1:1/'])
  t.is(code, 3)
  t.is(stderr, 'error: --listen 192.0.2.1:9115: this machine does not have that address (EADDRNOTAVAIL)\n')
})

test('POST /-/reload reads the lists and modules again, and says what was rejected', async (t) => {
  const origin = await startOrigin(t)
  const list = join(directoryOf(t), 'targets.json')
  const write = (...paths: string[]) =>
    writeFileSync(list, JSON.stringify([{ targets: paths.map((path) => `${origin.url}/${path}`) }]))
  write('one')
  const modules = join(directoryOf(t), 'blackbox.yml')
  writeFileSync(modules, 'modules: {a: {prober: icmp}}\n')
  const { get, program } = await startListening(t, ['-f', list, '--probe-config', modules])
  t.regex(program.stderr, /blackbox\.yml: headcount has no prober icmp and grpc.*: "a" \(icmp\)\n/)
  await untilReady(get)
  write('one', 'two')
  t.like(await get('/-/reload', { method: 'POST' }), {
    status: 200,
    text: 'the lists and the modules of /probe were read again\n',
  })
  await origin.requested('/two')
  writeFileSync(list, '[{')
  const broken = await get('/-/reload', { method: 'POST' })
  t.is(broken.status, 500)
  t.regex(broken.text, /targets\.json/)
  writeFileSync(modules, 'modules: {a: {prober: ftp}}\n')
  const why = 'blackbox.yml:1:23: prober: must be one of http, tcp, dns, icmp, grpc'
  const alsoBroken = await get('/-/reload', { method: 'POST' })
  t.deepEqual([alsoBroken.status, alsoBroken.text.includes(why)], [500, true])
  await program.until(({ stderr }) => stderr.includes(`${why}; the previous modules stay in use\n`))
  // By a signal too. The same line would only be counted.
  writeFileSync(modules, '\nmodules: {a: {prober: sctp}}\n')
  program.child.kill('SIGHUP')
  const line = `${why.replace(':1:', ':2:')}; the previous modules stay in use\n`
  await program.until(({ stderr }) => stderr.includes(line))
  t.is((await get('/-/reload', { method: 'POST', headers: { origin: 'http://evil.example' } })).status, 403)
  t.is((await get('/-/reload')).status, 405)
})

const dies = test.macro({
  async exec(t, kind: string, why: RegExp) {
    const origin = await startOrigin(t)
    const mark = join(directoryOf(t), 'mark')
    const { program, get } = await startListening(t, ['--interval', '200ms', `${origin.url}/`], {
      env: { NODE_OPTIONS: `--import ${helper('web-fault')}`, FAULT_KIND: kind, FAULT_MARK: mark },
    })
    await untilReady(get)
    writeFileSync(mark, '')
    await program.until(({ stderr }) => why.test(stderr))
    const printed = program.json.length
    t.is((await untilReady(get)).status, 200)
    t.false(existsSync(mark))
    await program.until(({ json }) => json.length > printed + 3)
    program.child.kill('SIGTERM')
    const { code, stderr } = await program.ended()
    t.is(code, 0)
    // A busy machine may lose another thread too.
    t.is(countLines(stderr, why), 1, stderr)
    t.true(program.json.every(({ verdict = 'up' }) => verdict === 'up'))
  },
  title: (_, kind: string) =>
    `a web thread that dies (${kind}) is replaced on the same port; polling and printing go on`,
})
test(dies, 'exit', /^The web thread ended; another takes its place$/m)
if (isThorough) test(dies, 'hang', /^The web thread did not answer for 3 s; another takes its place$/m)
// These take much time of a processor.
if (isThorough) {
  test(dies, 'throw', /^The web thread ended: thrown late; another takes its place$/m)
  // A heap that is nearly full is collected again and again: it may look like a hang.
  test(
    dies,
    'heap',
    /^The web thread (?:ended: .*memory.*|did not answer for 3 s); another takes its place$/m,
  )
  test(dies, 'spin', /^The web thread did not answer for 3 s; another takes its place$/m)
}

test('a monitor that dies is replaced, and the web thread asks the new one', async (t) => {
  const origin = await startOrigin(t)
  const mark = join(directoryOf(t), 'mark')
  const { program, get } = await startListening(t, ['--interval', '200ms', `${origin.url}/`], {
    env: { NODE_OPTIONS: `--import ${helper('fault')}`, FAULT_MONITOR: 'exit', FAULT_MARK: mark },
  })
  await untilReady(get)
  await program.until(({ stderr }) => /The monitor ended/.test(stderr))
  t.is((await untilReady(get)).status, 200)
})

test('without --listen no thread is started and nothing of it is loaded, nor is the help', async (t) => {
  const origin = await startOrigin(t)
  const file = join(directoryOf(t), 'loaded')
  const ofWeb = async (args: readonly string[]) => {
    writeFileSync(file, '')
    const { code } = await new Program(t, ['--once', '--pool-size', '1', ...args, `${origin.url}/`], {
      script: sourceCli,
      env: { NODE_OPTIONS: `--import ${helper('loaded-modules')}`, LOADED_MODULES: file },
    }).ended()
    t.is(code, 0)
    return (
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((url) =>
          /\/hono\/|\/@hono\/|\/src\/(supervisors\/)?web\/|\/workers\/web|\/bullmq\/|\/ioredis\/|\/src\/cluster\/|\/help-text\.ts|\/config\.schema\.json/.test(
            url,
          ),
        )
        // They decide whether the others are loaded.
        .filter(
          (url) => !/\/src\/(supervisors\/web\/create-(web|relay)|cluster\/create-cluster)\.ts$/.test(url),
        )
    )
  }
  t.deepEqual(await ofWeb([]), [])
  t.true((await ofWeb(['--listen', '0'])).some((url) => url.includes('/hono/')))
})

test('its connections take no descriptor of a poll', async (t) => {
  t.true(webRoom(330).descriptors > webRoom(330).connections)
  const origin = await startOrigin(t)
  const args = ['--once', '--pool-size', '1', `${origin.url}/`]
  const prefix = ['sh', '-c', 'ulimit -n 330; exec "$0" "$@"']
  t.is((await headcount(t, args, { prefix })).code, 0)
  const { code, stderr } = await headcount(t, ['--listen', '0', ...args], { prefix })
  t.is(code, 3)
  t.regex(stderr, /^error: 330 descriptors are too few: --pool-size 1 needs at least 332; /)
})
