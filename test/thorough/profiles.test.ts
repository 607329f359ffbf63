import { renameSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { Overrides } from '../../src/settings/url-options.ts'
import { MAX_PROFILES } from '../../src/settings/profiles.ts'
import { REASON_FACTS } from '../../src/state/reasons.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { pathOf, Program } from '../helpers/program.ts'
import { isThorough } from '../helpers/thorough.ts'

const script = pathOf('run-with-profiles')
const fault = fileURLToPath(new URL('../helpers/fault.ts', import.meta.url))
const FLAGS = ['--pool-size', '2', '--status-interval', '1h', '--format', 'json']

interface Listed {
  readonly url: string
  readonly overrides: Overrides | null
  readonly labels: Readonly<Record<string, string>> | null
}

/** A list of Targets in a file, of this origin. */
function listOf(t: ExecutionContext, origin: string) {
  const file = join(directoryOf(t), 'targets.json')
  const write = (targets: Readonly<Record<string, Partial<Listed>>>) => {
    const list = Object.entries(targets).map(([path, target]) => ({
      url: `${origin}${path}`,
      overrides: null,
      labels: null,
      ...target,
    }))
    writeFileSync(`${file}.new`, JSON.stringify(list))
    renameSync(`${file}.new`, file)
  }
  return { file, write }
}

/** An origin that answers 404 to `/none`, never to `/silent`, and remembers what it was asked. */
async function start(t: ExecutionContext) {
  const requests: Pick<IncomingMessage, 'url' | 'method' | 'headers'>[] = []
  const origin = await startOrigin(t, ({ url, method, headers }, response) => {
    requests.push({ url, method, headers })
    if (url !== '/silent') response.writeHead(url === '/none' ? 404 : 204).end()
  })
  return { origin, requests, count: (path: string) => requests.filter(({ url }) => url === path).length }
}

test('each URL has its own interval, deadline, method, header, accepted statuses and labels', async (t) => {
  const { origin, requests, count } = await start(t)
  const list = listOf(t, origin.url)
  list.write({
    '/often': { overrides: { intervalMs: 100 }, labels: { team: 'web', env: 'test' } },
    '/seldom': { overrides: { method: 'GET', headers: [['X-Own', 'yes']] } },
    '/none': { overrides: { accept: [[404, 404]], intervalMs: 300 } },
    '/silent': { overrides: { timeoutMs: 200, maxRedirects: 0 } },
    '/as-flags': {},
  })
  const program = new Program(t, [list.file, ...FLAGS, '--interval', '1h', '--timeout', '60s'], { script })
  await origin.requested('/often', 10)
  await origin.requested('/none', 3)
  const states = () => program.json.filter(({ type }) => type === 'state')
  await program.until(() => new Set(states().map(({ url }) => url)).size === 5)
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
  const of = (path: string) => states().find(({ url }) => url === `${origin.url}${path}`)
  t.like(of('/often'), { verdict: 'up', labels: { team: 'web', env: 'test' } })
  t.like(of('/seldom'), { verdict: 'up', method: 'GET', labels: {} })
  t.like(of('/none'), { verdict: 'up', status: 404 })
  // On a busy machine the poll may count as spoilt by our own thread, and says so before that.
  t.true(String(of('/silent')?.['detail']).includes(REASON_FACTS.timeout.text))
  t.like(of('/as-flags'), { verdict: 'up', method: 'HEAD' })
  t.is(count('/seldom'), 1)
  t.is(count('/as-flags'), 1)
  const seldom = requests.find(({ url }) => url === '/seldom')
  t.like(seldom, { method: 'GET', headers: { 'x-own': 'yes' } })
  t.true(requests.every(({ url, headers }) => url === '/seldom' || headers['x-own'] === undefined))
})

test('a list that says another way is followed, while all goes on', async (t) => {
  const { origin, requests, count } = await start(t)
  const list = listOf(t, origin.url)
  list.write({
    '/a': { overrides: { intervalMs: 100, userAgent: 'before' } },
    '/b': { overrides: { intervalMs: 100 } },
  })
  const program = new Program(t, [list.file, ...FLAGS, '--interval', '1h'], { script })
  await origin.requested('/a', 3)
  list.write({
    '/a': { overrides: { intervalMs: 100, userAgent: 'after' }, labels: { team: 'web' } },
    '/b': { overrides: { intervalMs: 100 } },
  })
  await program.until(({ stderr }) => stderr.includes('list: 1 changed\n'))
  const before = requests.length
  await origin.requested('/b', count('/b') + 3)
  const agents = () =>
    requests
      .slice(before)
      .filter(({ url }) => url === '/a')
      .map(({ headers }) => headers['user-agent'])
  while (agents().at(-1) !== 'after') await origin.requested('/a', count('/a') + 1)
  program.child.kill('SIGTERM')
  await program.ended()
  t.deepEqual(new Set(agents().slice(agents().indexOf('after'))), new Set(['after']))
  const last = program.json.findLast(({ url }) => url === `${origin.url}/a`)
  t.like(last, { labels: { team: 'web' } })
})

test('a poller that takes the place of a dead one polls in the same ways', async (t) => {
  const { origin, requests } = await start(t)
  const deadly = await startOrigin(t)
  const list = listOf(t, '')
  const own = { intervalMs: 100, userAgent: 'own' }
  list.write({
    [`${origin.url}/a`]: { overrides: own },
    [`${deadly.url}/b`]: { overrides: { ...own, method: 'GET' } },
  })
  const env = {
    NODE_OPTIONS: `--import ${fault}`,
    FAULT_PORT: String(deadly.port),
    FAULT_KIND: 'exit',
    FAULT_MARK: join(directoryOf(t), 'mark'),
  }
  const args = [list.file, ...FLAGS, '--pool-size', '1', '--interval', '1h', '--timeout', '60s']
  const program = new Program(t, args, { script, env })
  await program.until(({ stderr }) => stderr.includes('was lost'))
  const before = requests.length
  await deadly.requested('/b', 3)
  await origin.requested('/a', before + 3)
  program.child.kill('SIGTERM')
  await program.ended()
  t.is(program.stderr.match(/was lost/g)?.length, 1)
  t.deepEqual(new Set(requests.map(({ headers }) => headers['user-agent'])), new Set(['own']))
  t.like(
    program.json.find(({ url }) => url === `${deadly.url}/b`),
    { method: 'GET', verdict: 'up' },
  )
})

test('the end waits for the longest deadline of any URL', async (t) => {
  let answer = () => {}
  const asked = Promise.withResolvers<void>()
  const origin = await startOrigin(t, (_, response) => {
    answer = () => void response.writeHead(204).end()
    asked.resolve()
  })
  const list = listOf(t, origin.url)
  list.write({ '/slow': { overrides: { timeoutMs: 60_000 } } })
  const program = new Program(t, [list.file, ...FLAGS, '--timeout', '10ms'], { script })
  await asked.promise
  program.child.kill('SIGTERM')
  // Longer than a run would last that knew of the flag alone.
  setTimeout(() => answer(), 2_500)
  t.is((await program.ended()).code, 0)
  t.like(
    program.json.find(({ type }) => type === 'state'),
    { verdict: 'up' },
  )
})

test('a poller is silent after two of the longest deadline of any URL', async (t) => {
  const deadly = await startOrigin(t)
  const list = listOf(t, deadly.url)
  list.write({ '/a': {}, '/b': { overrides: { timeoutMs: 3_000 } } })
  const env = {
    NODE_OPTIONS: `--import ${fault}`,
    FAULT_PORT: String(deadly.port),
    FAULT_KIND: 'block',
    FAULT_MARK: join(directoryOf(t), 'mark'),
  }
  const program = new Program(t, [list.file, ...FLAGS, '--timeout', '1s'], { script, env })
  await program.until(({ stderr }) => stderr.includes('was lost'))
  t.regex(program.stderr, /was lost \(nothing was heard of it for 6 s\)/)
  await Promise.all([deadly.requested('/a'), deadly.requested('/b')])
  program.child.kill('SIGTERM')
  await program.ended()
})

// It polls thousands of URLs.
if (isThorough) {
  test('as many sets of options as can be told apart, and what is beyond is said once and polled as the flags say', async (t) => {
    const { origin, requests } = await start(t)
    const list = listOf(t, origin.url)
    const size = MAX_PROFILES + 5
    const targets = Array.from({ length: size }, (_, n) => [
      `/${n}`,
      { overrides: { userAgent: `own-${n}` } },
    ])
    list.write(Object.fromEntries(targets) as Readonly<Record<string, Partial<Listed>>>)
    const args = [
      list.file,
      '--pool-size',
      '2',
      '--format',
      'json',
      '--once',
      '--timeout',
      '60s',
      '--user-agent',
      'flags',
    ]
    const program = new Program(t, args, { script })
    const { code, stderr } = await program.ended()
    t.is(code, 0, stderr)
    t.is(
      stderr.match(/different sets of URL settings: URLs with further sets are polled as the flags say\n/g)
        ?.length,
      1,
    )
    const agents = new Map(
      requests.map(({ url = '', headers }) => [Number(url.slice(1)), headers['user-agent']]),
    )
    t.is(agents.size, size)
    for (const [n, agent] of agents) t.is(agent, n < MAX_PROFILES ? `own-${n}` : 'flags')
  })
}
