import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, parseLines } from '../helpers/program.ts'
import { isThorough } from '../helpers/thorough.ts'

const QUICK = ['--timeout', '30s', '--pool-size', '2']

const byText = (a: string, b: string) => (a < b ? -1 : 1)

test('one State for each URL, nothing but JSON, exit 0 when all are up', async (t) => {
  const origin = await startOrigin(t)
  const urls = Array.from({ length: 20 }, (_, n) => `${origin.url}/${n}`)
  const input = `# a list\n\n${urls.join('\n')}\n`
  const { code, stdout, stderr } = await headcount(t, [...QUICK, '--once', '--format', 'json', '-f', '-'], {
    input,
  })
  t.is(stderr, '')
  t.is(code, 0)
  const lines = parseLines(stdout)
  const states = lines.filter(({ type }) => type === 'state')
  t.deepEqual(states.map(({ url }) => String(url)).toSorted(byText), urls.toSorted(byText))
  t.true(states.every(({ verdict, status }) => verdict === 'up' && status === 204))
  t.is(origin.requestPaths.length, urls.length)
  const summary = lines.at(-1)
  t.like(summary, {
    type: 'summary',
    urls: 20,
    up: 20,
    down: 0,
    unknown: 0,
    pending: 0,
    polls: 20,
    skipped: 0,
  })
  t.deepEqual(summary?.['owners'], { asleep: 20, due: 0, pollers: [0, 0], leaving: 0 })
  t.is(lines.length, 21)
})

test('exit 2 when some URL is not up, each with its reason', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(request.url === '/gone' ? 404 : 204).end()
  })
  const refusing = `http://127.0.0.1:${await freePort()}/`
  const args = [...QUICK, '--once', '--format', 'json', `${origin.url}/up`, `${origin.url}/gone`, refusing]
  const { code, stdout, stderr } = await headcount(t, args)
  t.is(code, 2)
  const of = (url: string) =>
    parseLines(stdout).find((line) => line['type'] === 'state' && line['url'] === url)
  t.like(of(`${origin.url}/up`), { verdict: 'up', reason: 'ok', status: 204, errCount: 0 })
  t.like(of(`${origin.url}/gone`), { verdict: 'down', reason: 'status', status: 404, errCount: 0 })
  t.like(of(refusing), { verdict: 'down', reason: 'refused', status: null, errCount: 1 })
  t.is(stderr.split('\n').filter((line) => line.includes(refusing)).length, 1)
})

test('the log shows the worst first', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(request.url === '/a' ? 200 : 500).end()
  })
  const { code, stdout } = await headcount(t, [...QUICK, '--once', `${origin.url}/a`, `${origin.url}/b`])
  t.is(code, 2)
  const [head, first, second] = stdout.split('\n')
  t.regex(head ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z Current state: 2 URLs: 1 up, 1 down$/)
  t.is(first?.slice(25), `down ${origin.url}/b status: 500 Internal Server Error`)
  t.is(second?.slice(25), `up ${origin.url}/a 200 OK`)
})

test('quiet prints nothing and says all by its exit code', async (t) => {
  const origin = await startOrigin(t)
  const { code, stdout, stderr } = await headcount(t, [...QUICK, '--once', '--format', 'quiet', origin.url])
  t.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' })
})

test('a duplicate is polled once and counted; what cannot be polled is told with its place', async (t) => {
  const origin = await startOrigin(t)
  const list = join(directoryOf(t), 'urls.txt')
  const upper = origin.url.replace('http', 'HTTP')
  writeFileSync(list, `${origin.url}/\n${upper}/#part\nftp://127.0.0.1/\n`)
  const args = [...QUICK, '--once', '--no-strict', '--format', 'json', '-f', list]
  const { code, stdout, stderr } = await headcount(t, args)
  t.is(code, 0)
  t.is(origin.requestPaths.length, 1)
  t.is(parseLines(stdout).length, 2)
  t.regex(stderr, new RegExp(`^${list}:3: .*ftp`, 'm'))
  t.true(
    stderr.includes(
      `1 duplicate in the lists (${list}:2): each URL is polled once, as its first place says\n`,
    ),
    stderr,
  )
})

test('credentials are sent and never shown', async (t) => {
  let authorization: string | undefined
  const origin = await startOrigin(t, (request, response) => {
    authorization = request.headers.authorization
    response.writeHead(500).end()
  })
  const url = `http://ann:sesame@127.0.0.1:${origin.port}/`
  for (const format of ['json', 'log']) {
    const { stdout, stderr } = await headcount(t, [...QUICK, '--once', '--format', format, url])
    t.is(authorization, `Basic ${Buffer.from('ann:sesame').toString('base64')}`)
    t.notRegex(stdout + stderr, /sesame|ann/)
    t.regex(stdout, new RegExp(`http://127.0.0.1:${origin.port}/`))
  }
})

test('text of a server is escaped before it is printed', async (t) => {
  const { createServer } = await import('node:net')
  const server = createServer((socket) => {
    socket.end('HTTP/1.1 503 \u001b[31mred\u202e\r\ncontent-length: 0\r\n\r\n')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  const { stdout, stderr } = await headcount(t, [...QUICK, '--once', `http://127.0.0.1:${port}/`])
  t.false(/\p{Bidi_Control}/u.test(stdout + stderr))
  t.false((stdout + stderr).includes(String.fromCharCode(0x1b)))
})

test('csv: one row a URL at the end', async (t) => {
  const origin = await startOrigin(t)
  const args = [...QUICK, '--once', '--format', 'csv', `${origin.url}/b`, `${origin.url}/a`]
  const { code, stdout } = await headcount(t, args)
  t.is(code, 0)
  const rows = stdout.split('\r\n').map((row) => row.split(',').slice(0, 4).join(','))
  t.deepEqual(rows, [
    'url,verdict,reason,status',
    `${origin.url}/b,up,ok,204`,
    `${origin.url}/a,up,ok,204`,
    '',
  ])
})

test('junit: one test case a URL', async (t) => {
  const refusing = `http://127.0.0.1:${await freePort()}/`
  const { code, stdout } = await headcount(t, [...QUICK, '--once', '--format', 'junit', refusing])
  t.is(code, 2)
  t.regex(stdout, /<testsuite name="headcount" tests="1" failures="1" errors="0" skipped="0" /)
  t.regex(stdout, /<failure type="refused" message="connection refused /)
  t.true(stdout.endsWith('</testsuites>\n'))
})

for (const format of ['csv', 'junit']) {
  test(`${format} without --once is exit 3`, async (t) => {
    const { code, stdout, stderr } = await headcount(t, ['--format', format, 'http://127.0.0.1:1/'])
    t.deepEqual([code, stdout], [3, ''])
    t.is(stderr, `error: --format: ${format} is one document and needs --once\n`)
  })
}

test('URLs that differ in their credentials only are told apart, and no secret is printed', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    const login = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString()
    response.writeHead(login === 'right:secret' ? 200 : 401).end()
  })
  const at = `127.0.0.1:${origin.port}/`
  const urls = [`http://wrong:secret@${at}`, `http://right:secret@${at}`, `http://${at}`]
  for (const [format, line] of [
    ['log', new RegExp(`Z up http://${at}#2 200 OK$`, 'm')],
    ['json', new RegExp(`"url":"http://${at}#2","verdict":"up"`)],
    ['csv', new RegExp(`^http://${at}#2,up,`, 'm')],
    ['junit', new RegExp(`name="http://${at}#2" time="[^"]*"/>`)],
  ] as const) {
    if (format !== 'log' && format !== 'csv' && !isThorough) continue
    const { stdout, stderr } = await headcount(t, ['--once', '--format', format, ...urls])
    t.regex(stdout, line)
    t.regex(stdout, new RegExp(`http://${at}#3\\b`))
    t.regex(stderr, new RegExp(`^http://${at}: status: 401`, 'm'))
    t.false(/secret|wrong|right/.test(stdout + stderr))
  }
})
