import { renameSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { startOrigin } from '../helpers/origin.ts'
import type { Origin } from '../helpers/origin.ts'
import { headcount, Program } from '../helpers/program.ts'
import { isThorough } from '../helpers/thorough.ts'

const QUICK = [
  '--pool-size',
  '1',
  '--interval',
  '200ms',
  '--refresh',
  '300ms',
  '--status-interval',
  '1h',
  '--format',
  'json',
]

/** A server of lists, whose answer can be changed. */
async function startListServer(t: ExecutionContext, first: RequestListener) {
  const server = { answer: first }
  const origin = await startOrigin(t, (request, response) => server.answer(request, response))
  return {
    url: `${origin.url}/targets`,
    origin,
    set(answer: RequestListener) {
      server.answer = answer
    },
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** Answers with one group of targets. */
const send =
  (...targets: string[]): RequestListener =>
  (_, response) =>
    response.writeHead(200, JSON_TYPE).end(JSON.stringify([{ targets, labels: { team: 'web' } }]))

const count = (text: string, part: string) => text.split(part).length - 1

/** Resolves when it has been asked so often again. */
const askedMore = (origin: Origin, path: string, times: number) =>
  origin.requested(path, origin.requestPaths.filter((one) => one === path).length + times)

const FAULTS: readonly (readonly [string, RequestListener, string])[] = [
  ['says 500', (_, response) => response.writeHead(500).end('[]'), 'status 500'],
  ['hangs', () => {}, 'no complete response within 2 s'],
  [
    'sends half of it',
    (_, response) => response.writeHead(200, JSON_TYPE).end('[{"targets": ["http://half'),
    'incomplete JSON',
  ],
  [
    'sends another type',
    (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('[]'),
    'its Content-Type is "text/html", not application/json',
  ],
  [
    'sends without an end',
    (_, response) => {
      response.writeHead(200, JSON_TYPE)
      const timer = setInterval(() => response.write(' '.repeat(1_000)), 10)
      response.on('close', () => clearInterval(timer))
    },
    'no complete response within 2 s',
  ],
  ['closes', (request) => request.socket.destroy(), 'other side closed'],
  [
    'redirects in a loop',
    (_, response) => response.writeHead(302, { location: '/targets' }).end(),
    'more than 5 redirects',
  ],
  ['has an empty list', send(), 'a list that shrinks by more than half needs --allow-shrink'],
]

test('what a server of a list does: the previous list stays in use, which is reported once, and a valid list is used again', async (t) => {
  const origin = await startOrigin(t)
  const lists = await Promise.all(
    FAULTS.map(async ([title, fault, why], n) => {
      const server = await startListServer(t, send(`${origin.url}/${n}/a`))
      return { title, fault, why, server, path: `/${n}` }
    }),
  )
  const files = lists.flatMap(({ server }) => ['-f', server.url])
  const program = new Program(t, [...QUICK, ...files])
  const follow = async ({ title, fault, why, server, path }: (typeof lists)[number]) => {
    await origin.requested(`${path}/a`, 2)
    server.set(fault)
    const said = () => program.stderr.split('\n').filter((line) => line.startsWith(`${server.url}:`))
    // On a busy machine the first list too may come too late, which is said otherwise.
    const wrong = () => said().filter((line) => line.includes(`${why}; the previous list stays in use`))
    await program.until(() => wrong().length > 0)
    // Asked again and again, and not said again.
    await askedMore(server.origin, '/targets', 3)
    await askedMore(origin, `${path}/a`, 3)
    t.is(wrong().length, 1, title)
    t.regex(wrong()[0] ?? '', / \(1 URL\)$/, title)
    server.set(send(`${origin.url}${path}/a`, `${origin.url}${path}/b`))
    await origin.requested(`${path}/b`, 2)
    await program.until(() => said().includes(`${server.url}: 1 new`))
    t.true(said().includes(`${server.url}: it is valid again`), title)
  }
  await Promise.all(lists.map(follow))
})

if (isThorough)
  test('a run starts without a list from a server if others have URLs, and reads it later', async (t) => {
    const origin = await startOrigin(t)
    const server = await startListServer(t, (_, response) => response.writeHead(503).end())
    const program = new Program(t, [...QUICK, '-f', server.url, `${origin.url}/own`])
    await origin.requested('/own', 2)
    await askedMore(server.origin, '/targets', 2)
    await program.until(({ stderr }) =>
      stderr.includes(`${server.url}: status 503; it will be tried again\n`),
    )
    t.is(count(program.stderr, 'status 503'), 1)
    server.set(send(`${origin.url}/theirs`))
    await origin.requested('/theirs', 2)
    await program.until(({ stderr }) => stderr.includes(`${server.url}: 1 new\n`))
  })

if (isThorough)
  test('a run does not start when no list has a URL, nor with --once or --check when a list is missing', async (t) => {
    const url = `http://me:secret@127.0.0.1:${await freePort()}/targets`
    const alone = await headcount(t, ['-f', url])
    t.is(alone.code, 3)
    t.regex(
      alone.stderr,
      /^http:\/\/127\.0\.0\.1:\d+\/targets: connection refused; it will be tried again\nerror: There is no valid URL in the lists\n$/,
    )
    for (const flag of ['--once', '--check']) {
      const { code, stderr } = await headcount(t, [flag, '-f', url, 'http://127.0.0.1:1/'])
      t.is(code, 3)
      t.regex(stderr, /^error: http:\/\/127\.0\.0\.1:\d+\/targets: connection refused\n$/)
    }
    const bad = await headcount(t, ['-f', 'https://me:secret@*.example/'])
    t.is(bad.code, 3)
    t.is(bad.stderr, `error: -f: invalid URL of a list: its host name contains "*"\n`)
  })

test('a file of Prometheus is taken over as it changes', async (t) => {
  const origin = await startOrigin(t)
  for (const [name, text] of [
    [
      'targets.json',
      (path: string) => JSON.stringify([{ targets: [`${origin.url}${path}`, `${origin.url}/stays`] }]),
    ],
    ['targets.yml', (path: string) => `- targets:\n    - ${origin.url}${path}\n    - ${origin.url}/stays\n`],
  ] as const) {
    const file = join(directoryOf(t), name)
    const write = (content: string) => {
      writeFileSync(`${file}.new`, content)
      renameSync(`${file}.new`, file)
    }
    write(text(`/old-${name}`))
    const program = new Program(t, [...QUICK, '-f', file])
    await origin.requested(`/old-${name}`, 2)
    // Broken: refused whole.
    write(text(`/broken-${name}`).slice(0, -30))
    await program.until(({ stderr }) => stderr.includes('the previous list stays in use (2 URLs)'))
    write(text(`/new-${name}`))
    await origin.requested(`/new-${name}`, 2)
    await program.until(({ stderr }) => stderr.includes(`${name}: 1 new, 1 gone\n`))
    t.false(origin.requestPaths.includes(`/broken-${name}`))
    program.child.kill('SIGTERM')
    await program.ended()
  }
})

if (isThorough)
  test('a sitemap from a server is read again as well', async (t) => {
    const origin = await startOrigin(t)
    let paths = ['/a']
    const server = await startOrigin(t, (_, response) => {
      response.end(
        `<urlset>${paths.map((path) => `<url><loc>${origin.url}${path}</loc></url>`).join('')}</urlset>`,
      )
    })
    const program = new Program(t, [...QUICK, '-f', `${server.url}/sitemap.xml`])
    await origin.requested('/a', 2)
    paths = ['/a', '/b']
    await origin.requested('/b', 2)
    await program.until(({ stderr }) => stderr.includes('/sitemap.xml: 1 new\n'))
    t.pass()
  })
