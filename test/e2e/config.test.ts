import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { FORMAT_NAMES } from '../../src/print/text/formats.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { errorLines, headcount, Program } from '../helpers/program.ts'
import { refusalOf } from '../helpers/refusal.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** A configuration in a file, and how to write it anew. */
function configOf(t: ExecutionContext, lines: readonly string[]) {
  const directory = directoryOf(t)
  const file = join(directory, 'conf.yml')
  const write = (name: string, text: readonly string[]) => {
    writeFileSync(`${file}.new`, text.map((line) => `${line}\n`).join(''))
    renameSync(`${file}.new`, join(directory, name))
  }
  write('conf.yml', lines)
  return { directory, file, write }
}

const QUICK = ['pool-size: 1', 'interval: 200ms', 'status-interval: 1h', 'format: json']

test('URLs, lists and groups of a configuration are polled as its flags say', async (t) => {
  const requests: IncomingMessage[] = []
  const origin = await startOrigin(t, (request, response) => {
    requests.push(request)
    response.writeHead(204).end()
  })
  const { file, directory, write } = configOf(t, [
    'once: true',
    'pool-size: 1',
    'format: json',
    'method: GET',
    'user-agent: me/${VERSION:-2}',
    'headers:',
    '  X-Key: "${KEY}"',
    '  X-Dollar: $$1',
    'x-shared: &shared',
    '  labels: {team: web}',
    `urls: ${origin.url}/a`,
    'files: [lists/one.txt]',
    'groups:',
    '  - <<: *shared',
    '    interval: 10s',
    `    urls: ["${origin.url}/c", '${origin.url}/d interval=1s # why']`,
    '    files: lists/two.txt',
  ])
  mkdirSync(join(directory, 'lists'))
  write('lists/one.txt', [`${origin.url}/b`])
  write('lists/two.txt', [`${origin.url}/e label.a=b`])
  const { code, stdout, stderr } = await headcount(t, ['-c', file, `${origin.url}/first`], {
    env: { KEY: 'a "b" ${c}: d' },
  })
  t.is(stderr, '')
  t.is(code, 0)
  t.regex(stdout, /"urls":6,"up":6/)
  t.deepEqual(origin.requestPaths.toSorted(), ['/a', '/b', '/c', '/d', '/e', '/first'])
  for (const { method, headers } of requests) {
    t.is(method, 'GET')
    t.like(headers, { 'user-agent': 'me/2', 'x-key': 'a "b" ${c}: d', 'x-dollar': '$1' })
  }
})

test('the command line comes first, then the environment, then the configuration', async (t) => {
  const requests: IncomingMessage[] = []
  const origin = await startOrigin(t, (request, response) => {
    requests.push(request)
    response.writeHead(204).end()
  })
  const { file } = configOf(t, [
    'once: true',
    'pool-size: 1',
    'format: quiet',
    'user-agent: config',
    'method: GET',
    'get-fallback: false',
    'headers: {X-A: config, X-B: config}',
    'ipv6: true',
    `urls: [${origin.url}]`,
  ])
  const asked = async (args: string[], env: NodeJS.ProcessEnv = {}) => {
    const { code, stderr } = await headcount(t, ['-4', ...args], { env: { HEADCOUNT_CONFIG: file, ...env } })
    t.is(stderr, '')
    t.is(code, 0)
    const { method, headers } = requests.at(-1) as IncomingMessage
    return { method, agent: headers['user-agent'], a: headers['x-a'], b: headers['x-b'] }
  }
  t.deepEqual(await asked([]), { method: 'GET', agent: 'config', a: 'config', b: 'config' })
  const env = { HEADCOUNT_USER_AGENT: 'env', HEADCOUNT_METHOD: 'HEAD', HEADCOUNT_HEADER: 'x-a: env' }
  t.deepEqual(await asked([], env), { method: 'HEAD', agent: 'env', a: 'env', b: 'config' })
  const line = await asked(['-A', 'line', '-H', 'X-B: line'], env)
  t.like(line, { method: 'HEAD', agent: 'line', b: 'line' })

  // The two families are one choice.
  const four = configOf(t, ['once: true', 'format: quiet', 'ipv4: true', `urls: ${origin.url}`])
  const before = requests.length
  t.is((await headcount(t, ['-6', '-c', four.file])).code, 2)
  t.is(requests.length, before)
})

/** Lines of a configuration, and where each is wrong and why: `COLUMN: why`. */
const MISTAKES: readonly [line: string, ...wrong: string[]][] = [
  ['interval: 5', '11: interval: not a duration: did you mean 5s?'],
  ['timeout:', '9: timeout: it has no value'],
  ['intervall: 5s', '1: unknown key "intervall": did you mean "interval"?'],
  ['poolSize: 3', '1: unknown key "poolSize": did you mean "pool-size"?'],
  ['concurrency: 0', '14: concurrency: not a whole number from 1 to 65536'],
  ['format: secret', `9: format: must be one of ${['auto', ...FORMAT_NAMES].join(', ')}`],
  ['keep-alive: secret', '13: keep-alive: must be on or off'],
  ['insecure: {secret: 1}', '11: insecure: must be one value, not a map'],
  ['accept: [200, 300..=200]', '9: accept: item 2: not a valid range of statuses'],
  ['user-agent: "${SECRET}\\0"', '13: user-agent: invalid with the value of SECRET'],
  ['max-redirects: ${SECRET}', '16: max-redirects: invalid with the value of SECRET'],
  ['method: GET ${MISSING}', '13: method: the environment variable MISSING is not set'],
  ['resolver: "${"', '12: resolver: write ${NAME} or ${NAME:-default}, and $$ for a dollar'],
  ['ipv4: true'],
  ['ipv6: true'],
  ['cacert: [a, b]', '9: cacert: must be one value, not a list'],
  ['headers:'],
  ['  A B: secret', '3: header: the name has a character that is not allowed in a header'],
  ['  Connection: secret', "3: header: Connection can't be set"],
  ['  User-Agent: secret', '3: header: use user-agent to set this header'],
  ['  X-A: "secret\\0"', '8: header.X-A: the value has a character that is not allowed in a header'],
  ['  X-B: ok'],
  ['  x-b: secret', '3: header.x-b: already set by header.X-B'],
  [
    'files: [urls.txt, "-", ""]',
    '19: files: standard input can only be read with -f - on the command line',
    '24: files: the name is empty',
  ],
  ['urls:'],
  ['  - http://', '5: it has no host'],
  ['  - http://a.example/😀 interval=secret', '33: interval: not a duration, such as 250ms, 1.5s, 2m or 1h'],
  ['  - "ftp://a.example/ foo=${SECRET}"', '5: invalid with the value of SECRET'],
  ['  - [http://a.example/]', '5: urls: must be one value, not a list'],
  ['  - # nothing', '5: urls: it has no value'],
  ['  - "# nothing"', '5: urls: the line has no URL'],
  ['groups:'],
  ['  - {}', '5: a group without urls and files'],
  ['  - secret', '5: groups: must be a map, such as `name: value`'],
  ['  - method: get', '13: method: methods are written in capitals: did you mean GET?'],
  ['    pool-size: 2', '5: pool-size: it can only be set at the top level, for all URLs'],
  ['    lables: {}', '5: unknown key "lables": did you mean "labels"?'],
  [
    '    labels: {a: "\\a", b: [1]}',
    '17: label.a: the value has a control character',
    '26: label.b: must be one value, not a list',
  ],
  ['    headers: [secret]', '14: headers: must be a map, such as `name: value`'],
  ['    ipv4: on'],
  ['    ipv6: on', '5: ipv6: already set by ipv4'],
  [
    '    urls: [http://c.example/ x]',
    '30: only settings such as interval=10s and a comment can follow the URL; write one URL per line, and spaces of a value in quotes',
  ],
]

test('every mistake of a configuration is told at its place, without its values', async (t) => {
  const { file, directory, write } = configOf(
    t,
    MISTAKES.map(([line]) => line),
  )
  const expected = MISTAKES.flatMap(([, ...wrong], n) => wrong.map((one) => `${file}:${n + 1}:${one}`))
  expected.splice(
    expected.findIndex((line) => line.includes('9: cacert')),
    0,
    `${file}:14:1: ipv4: it cannot be used with ipv6`,
  )
  const { code, stdout, stderr } = await headcount(t, ['-c', file], { env: { SECRET: 'secret' } })
  t.is(code, 3)
  t.is(stdout, '')
  t.deepEqual(
    stderr.trimEnd().split('\n'),
    expected.map((line) => `error: ${line}`),
  )
  t.notRegex(stderr, /secret/)

  // --check goes on to the lists.
  write('urls.txt', ['http://d.example/', 'http://e.example/ interval=x'])
  const check = await headcount(t, ['-c', file, '--check'], { env: { SECRET: 'secret' } })
  t.is(check.code, 3)
  const list = `${join(directory, 'urls.txt')}:2:28: interval: not a duration, such as 250ms, 1.5s, 2m or 1h`
  t.deepEqual(errorLines(check.stderr), [...expected, list])
})

const REFUSED: readonly [title: string, lines: string[], why: RegExp][] = [
  ['text that is not YAML', ['a: "secret'], /conf\.yml:\d:\d+: missing closing "quote$/m],
  ['the same key twice', ['interval: 1s', 'interval: 2s'], /conf\.yml:2:1: duplicate key$/m],
  [
    'a list',
    ['- interval: 1s'],
    /conf\.yml:1:1: this looks like a list, not a configuration: read it with -f/,
  ],
  ['nothing to poll', ['interval: 1s'], /nothing to poll: give URLs/],
  ['an empty file', [], /nothing to poll: give URLs/],
  [
    'flags that do not go together',
    ['urls: http://a.example/', 'format: csv'],
    /conf\.yml:2:1: format: csv is one document/,
  ],
  [
    'a file that is not there',
    ['urls: http://a.example/', 'cacert: no.pem'],
    /conf\.yml:2:1: cacert: \/.*\/no\.pem: no such file/,
  ],
]
for (const [title, lines, why] of REFUSED) {
  test(`${title} is refused`, async (t) => {
    const text = await refusalOf(['-c', configOf(t, lines).file])
    t.regex(text, why)
    t.notRegex(text, /secret/)
  })
}

test('a configuration that can not be read is refused', async (t) => {
  const { code, stderr } = await headcount(t, ['-c', '/nonexistent/conf.yml'])
  t.is(code, 3)
  t.is(stderr, 'error: /nonexistent/conf.yml: no such file or directory\n')
})

test('a list of a configuration that is not there is refused', async (t) => {
  const { code, stderr } = await headcount(t, ['-c', configOf(t, ['files: no.txt']).file])
  t.is(code, 3)
  t.regex(stderr, /^error: \S+\/no\.txt: no such file or directory$/m)
})

test('--check tells mistakes of the configuration and of flags', async (t) => {
  const { file } = configOf(t, ['interval: 5', 'cert: a.pem', 'urls: http://a.example/'])
  const { code, stderr } = await headcount(t, ['-c', file, '--check'])
  t.is(code, 3)
  t.is(
    stderr,
    `error: ${file}:1:11: interval: not a duration: did you mean 5s?\nerror: ${file}:2:1: cert: --key is needed too\n`,
  )
})

test('a header of the command line or the environment is not shown', async (t) => {
  for (const [name, args, env] of [
    ['--header', ['-H', 'X-Key: secret\u0007'], {}],
    ['--header', ['-H', 'secret'], {}],
    ['HEADCOUNT_HEADER', [], { HEADCOUNT_HEADER: 'Connection: secret' }],
  ] as const) {
    const text = await refusalOf([...args, 'http://a.example/'], env)
    t.true(text.startsWith(`error: ${name}: `), text)
    t.notRegex(text, /secret/)
  }
})

test('a configuration from a pipe is read once', async (t) => {
  const origin = await startOrigin(t)
  const directory = directoryOf(t)
  const pipe = join(directory, 'pipe')
  execFileSync('mkfifo', [pipe])
  writeFileSync(join(directory, 'urls.txt'), `${origin.url}/list\n`)
  const program = new Program(t, ['-c', pipe])
  const text = [...QUICK, `urls: ["${origin.url}/own"]`, 'files: urls.txt'].join('\n')
  await writeFile(pipe, text)
  await origin.requested('/list', 2)
  // To read it again would be to wait for ever.
  program.child.kill('SIGHUP')
  const before = origin.requestPaths.length
  await waitUntil(() => origin.requestPaths.length > before + 10)
  t.true(origin.requestPaths.includes('/own'))
})

test('what a configuration says of URLs and groups is taken over while the run goes on', async (t) => {
  const origin = await startOrigin(t)
  const url = (path: string) => `${origin.url}${path}`
  const urls = [`urls: ["${url('/a')}", "${url('/b')}"]`]
  const group = (label: string) => ['groups:', `  - labels: {team: ${label}}`, '    files: [urls.txt]']
  const { file, write } = configOf(t, [...QUICK, ...urls, ...group('web')])
  write('urls.txt', [url('/c'), `${url('/d')} label.team=own`])
  const program = new Program(t, ['-c', file])
  await origin.requested('/a', 2)
  await origin.requested('/d', 2)

  write('conf.yml', [...QUICK, `urls: ["${url('/a')}", "${url('/new')}"]`, ...group('api')])
  // The list of the group is read again too, and might name what has gone.
  await program.until(({ stderr }) => /conf\.yml: 1 new/.test(stderr))
  await program.until(({ stderr }) => /conf\.yml: (?:1 new, )?1 gone/.test(stderr))
  // Its group says another label of one, the other has its own.
  await program.until(({ stderr }) => stderr.includes('urls.txt: 1 changed\n'))
  await origin.requested('/new', 2)

  write('conf.yml', [...QUICK, 'urls: [x', ...group('api')])
  await program.until(({ stderr }) => /conf\.yml:6:1: .*\n/.test(stderr))
  t.regex(program.stderr, /; the previous configuration stays in use\n/)
  await origin.requested('/new', origin.requestPaths.filter((path) => path === '/new').length + 2)

  const slower = [...QUICK, ...urls, ...group('api'), '    interval: 1s', 'timeout: 3s']
  write('conf.yml', slower)
  await program.until(({ stderr }) =>
    stderr.includes('conf.yml: timeout has changed; restart headcount to apply this\n'),
  )
  program.child.kill('SIGHUP')
  write('conf.yml', [...slower, '# again'])
  write('urls.txt', [url('/c'), url('/e')])
  await program.until(({ stderr }) => stderr.includes('urls.txt: 1 new'))
  await program.until(({ stderr }) => /urls\.txt: (?:1 new, )?1 gone/.test(stderr))
  program.child.kill('SIGTERM')
  const { code, stderr } = await program.ended()
  t.is(code, 0)
  t.is(stderr.match(/restart headcount to apply/g)?.length, 1)
})
