import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../../helpers/directory.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { headcount } from '../../helpers/program.ts'
import type { ProgramResult } from '../../helpers/program.ts'

interface Line {
  readonly type: string
  readonly url: string
  readonly verdict: string
  readonly reason: string
  readonly detail: string
}

/** The reason and the detail of each URL, by its path. */
function reasonsOf(stdout: string): Record<string, string> {
  const states = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
    .filter(({ url }) => url !== undefined)
  return Object.fromEntries(
    states.map(({ url, reason, detail }) => [new URL(url).pathname, `${reason} ${detail}`.trim()]),
  )
}

/** Polls once what a configuration names. */
function runConfiguration(t: ExecutionContext, text: string): Promise<ProgramResult> {
  const file = join(directoryOf(t), 'conf.yml')
  writeFileSync(file, `once: true\npool-size: 1\nformat: json\ntimeout: 60s\n${text}`)
  return headcount(t, ['-c', file])
}

test('checks of a line, of a group and of the configuration', async (t) => {
  const origin = await startOrigin(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'x-state': 'all ready' }).end()
  })
  const { code, stdout, stderr } = await runConfiguration(
    t,
    `max-time: 60s
response: { x-state: /^all/ }
urls:
  - ${origin.url}/top
  - ${origin.url}/line response.x-state=/none of these/
groups:
  - response: { content-type: json }
    urls:
      - ${origin.url}/group
      - ${origin.url}/own response.content-type=/HTML;/i
`,
  )
  t.regex(stderr, /\/line: header: x-state: all ready\n/)
  t.is(code, 2)
  t.deepEqual(reasonsOf(stdout), {
    '/top': 'ok',
    '/line': 'header x-state: all ready',
    '/group': 'header content-type: text/html; charset=utf-8',
    '/own': 'ok',
  })
})

test('checks of a body on a line, in a group and in the configuration', async (t) => {
  const origin = await startOrigin(t, ({ url }, response) => {
    response.end(url === '/down' ? 'an error' : 'all ready')
  })
  const { stdout } = await runConfiguration(
    t,
    `body-not: [error, /fatal/]
urls:
  - ${origin.url}/top
  - ${origin.url}/down
  - ${origin.url}/line body=/all ready$/ body="all" max-size=9
  - ${origin.url}/small max-size=8
groups:
  - body: [ready, /none/]
    urls:
      - ${origin.url}/group
      - ${origin.url}/own body=all
`,
  )
  t.deepEqual(reasonsOf(stdout), {
    '/top': 'ok',
    '/down': 'body unwanted: an error',
    '/line': 'ok',
    '/small': 'body larger than 8 bytes',
    '/group': 'body /none/ not found in: all ready',
    '/own': 'ok',
  })
})

test('checks of JSON on a line, in a group and in the configuration', async (t) => {
  const origin = await startOrigin(t, (_, response) => void response.end('{"status":"ok","n":3,"a b":[1,2]}'))
  const { stdout } = await runConfiguration(
    t,
    `json: [status=ok, n<4]
urls:
  - ${origin.url}/top
  - ${origin.url}/line json.n>3 json.status
  - '${origin.url}/quoted json.$["a b"][1]=2'
groups:
  - json: status=bad
    urls:
      - ${origin.url}/group
      - ${origin.url}/own json.status!=bad
`,
  )
  t.deepEqual(reasonsOf(stdout), {
    '/top': 'ok',
    '/line': 'body n: 3',
    '/quoted': 'ok',
    '/group': 'body status: "ok"',
    '/own': 'ok',
  })
})

test('body with method HEAD is refused at its place', async (t) => {
  const directory = directoryOf(t)
  writeFileSync(join(directory, 'urls.txt'), 'http://a.example/ method=HEAD body=ready\n')
  const list = await headcount(t, ['--check', '-f', join(directory, 'urls.txt')])
  t.is(list.code, 3)
  t.regex(list.stdout + list.stderr, /urls\.txt:1:36: body: an answer to HEAD has no body: .*method=GET/)
  const flags = await headcount(t, ['--once', '--method', 'HEAD', '--body', 'x', 'http://a.example/'])
  t.is(flags.code, 3)
  t.regex(flags.stderr, /--body: an answer to HEAD has no body/)
})

test('checks by flags and by the environment', async (t) => {
  const origin = await startOrigin(t, (_, response) => void response.writeHead(200, { 'x-a': 'b' }).end())
  const run = async (args: string[], env = {}) => {
    const { stdout } = await headcount(
      t,
      [`${origin.url}/`, '--once', '--pool-size', '1', '--format', 'json', '--timeout', '60s', ...args],
      { env },
    )
    return reasonsOf(stdout)['/']
  }
  t.is(await run(['--response', 'x-a: /^b$/']), 'ok')
  t.is(await run(['--response', 'x-a: c']), 'header x-a: b')
  t.is(await run([], { HEADCOUNT_RESPONSE: 'x-a: b\nx-none: 1' }), 'header no header x-none')
})
