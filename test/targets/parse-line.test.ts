import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parseLine } from '../../src/targets/parse-line.ts'
import { selfSigned } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'

const URL_A = 'https://a.example/'

/** A line that names a URL, and nothing else of it. */
const plain = (url: string) => ({ url, overrides: null, labels: null })
const wrong = (why: string, at: number | null = null) => ({ problems: [{ at, why }] })

const read = test.macro({
  exec(t, line: string, expected: unknown) {
    t.deepEqual(parseLine(line) as unknown, expected)
  },
  title: (_, line) => `reads ${JSON.stringify(line)}`,
})

test(read, '', null)
test(read, ' \t ', null)
test(read, '# https://a.example/', null)
test(read, '  # indented', null)
test(read, '#', null)
test(read, URL_A, plain(URL_A))
test(read, ` \t${URL_A}  `, plain(URL_A))
test(read, `${URL_A} # why it is here`, plain(URL_A))
test(read, `${URL_A}\t#tabbed`, plain(URL_A))
test(read, `${URL_A}#part`, plain(URL_A))
test(read, `${URL_A}x#part # comment`, plain(`${URL_A}x`))

test('files are those in the directory of the list, also if another list has the same settings', async (t) => {
  const certificate = await selfSigned([{ type: 'dns', value: 'client.example' }])
  const directories = [directoryOf(t), directoryOf(t)]
  for (const directory of directories) {
    writeFileSync(join(directory, 'a.pem'), certificate.cert)
    writeFileSync(join(directory, 'a.key'), certificate.key)
  }
  const line = `${URL_A} cert=a.pem key=a.key`
  for (const directory of directories)
    t.like(parseLine(line, directory), {
      overrides: { cert: join(directory, 'a.pem'), key: join(directory, 'a.key') },
    })
  const parsed = parseLine(line, '/none')
  const problems = parsed !== null && 'problems' in parsed ? parsed.problems : []
  t.deepEqual(
    problems.map(({ why }) => why),
    ['cert: /none/a.pem: no such file or directory', 'key: /none/a.key: no such file or directory'],
  )
})

const ONE =
  'only settings such as interval=10s and a comment can follow the URL; write one URL per line, and spaces of a value in quotes'
const PASSWORD = { at: null, why: 'its port is not a number from 1 to 65535' }
test(read, `${URL_A} https://b.example/?a=b`, wrong(ONE, 19))
test(read, `${URL_A} and more`, wrong(ONE, 19))
test(read, `${URL_A} =x`, wrong(ONE, 19))
test(read, 'https://user:pa ss+x@a.example/', { problems: [PASSWORD, { at: 16, why: ONE }] })
test(read, 'https://user:pa ss=x@a.example/', { problems: [PASSWORD, { at: 16, why: ONE }] })
test(read, 'https://user:12 s=1 x@a.example/', {
  problems: [
    { at: 16, why: ONE },
    { at: 20, why: ONE },
  ],
})
const ITEM = 'this looks like an item of YAML: remove the "- " before the URL'
test(read, `- ${URL_A}`, wrong(ITEM))
test(read, `  -  ${URL_A} interval=5s`, wrong(ITEM))
test(read, `${URL_A}\0`, wrong('it contains a NUL character: is this a text file?'))
test(read, '#\0', wrong('it contains a NUL character: is this a text file?'))
test(read, `${URL_A}\rhttps://b.example/`, wrong('it contains an invisible character (U+000D)'))
test(read, 'example.com', wrong('a URL begins with https:// or http://: did you mean "https://example.com"?'))

const says = test.macro({
  exec(t, rest: string, overrides: unknown, labels: unknown) {
    t.deepEqual(parseLine(`${URL_A} ${rest}`) as unknown, { url: URL_A, overrides, labels })
  },
  title: (_, rest: string) => `takes ${rest}`,
})

test(says, 'interval=10s', { intervalMs: 10_000 }, null)
test(says, 'label.team=web # why', null, { team: 'web' })
test(says, '  interval=10s \t method=GET  ', { intervalMs: 10_000, method: 'GET' }, null)
test(
  says,
  'accept=200..=204,401',
  {
    accept: [
      [200, 204],
      [401, 401],
    ],
  },
  null,
)
test(
  says,
  'header.X-Key="a b" header.Y=c',
  {
    headers: [
      ['X-Key', 'a b'],
      ['Y', 'c'],
    ],
  },
  null,
)
test(says, String.raw`label.a="say \"no\" \\ # x"`, null, { a: String.raw`say "no" \ # x` })
test(says, String.raw`label.a='\d "x"'`, null, { a: String.raw`\d "x"` })
test(says, String.raw`label.a=C:\dir#1`, null, { a: String.raw`C:\dir#1` })
test(says, `label.a= label.b="" label.c=it's`, null, { a: '', b: '', c: "it's" })
test(says, 'label.a/b:c@d=e=f', null, { 'a/b:c@d': 'e=f' })
test(
  says,
  'response.X=/a b[/]c/i max-time=2s',
  { responseHeaders: [['X', '/a b[/]c/i']], maxTimeMs: 2_000 },
  null,
)
test(
  says,
  `response.a="a b" response.b='/c d/' # e`,
  {
    responseHeaders: [
      ['a', 'a b'],
      ['b', '/c d/'],
    ],
  },
  null,
)
test(
  says,
  'body="a b" body=/c d/i body!=e body-not=/f/ body-limit=64KiB max-size=2MB',
  {
    body: ['a b', '/c d/i'],
    bodyNot: ['e', '/f/'],
    bodyLimit: 65_536,
    maxSize: 2_000_000,
  },
  null,
)
test(says, 'method=POST body=x', { method: 'POST', body: ['x'] }, null)
test(says, 'method=HEAD body=""', { method: 'HEAD', body: [''] }, null)
test(
  says,
  `json.status=ok json.$["a b"][?@.c=='d e']!="f g" json.n<3 json.n>-1.5 json.id # x`,
  {
    json: [
      ['status', '=', 'ok'],
      [`$["a b"][?@.c=='d e']`, '!=', 'f g'],
      ['n', '<', '3'],
      ['n', '>', '-1.5'],
      ['id', '', ''],
    ],
  },
  null,
)
test(says, 'label.a=/x label.b=y/', null, { a: '/x', b: 'y/' })
test(says, 'interval=10s # interval=x', { intervalMs: 10_000 }, null)

test('__proto__ is a label like others', (t) => {
  const line = parseLine(`${URL_A} label.__proto__=x`)
  t.is(JSON.stringify(line), `{"url":"${URL_A}","overrides":null,"labels":{"__proto__":"x"}}`)
})

for (const line of [
  'data=secret https://a.example/',
  'data="{secret}" https://a.example/',
  'data="secret',
  'header.Authorization=secret https://a.example/',
  'auth=bearer:secret https://a.example/',
  '"secret=1" x',
])
  test(`a setting that comes first is not quoted: ${line}`, (t) => {
    const parsed = parseLine(line)
    const problems = parsed !== null && 'problems' in parsed ? parsed.problems : []
    t.true(problems.length > 0)
    t.notRegex(problems.map(({ why }) => why).join('\n'), /secret/)
  })

test('ipv=both of a line needs a host that can have both families', (t) => {
  const check = (line: string) => {
    const parsed = parseLine(line)
    return parsed !== null && 'problems' in parsed ? parsed.problems : []
  }
  for (const url of [
    'http://192.0.2.1/',
    'https://[2001:db8::1]:8443/',
    'tcp://192.0.2.1:25',
    'dns://[::1]/a.example',
  ]) {
    const [problem] = check(`${url} interval=1m ipv=both`)
    t.is(problem?.at, url.length + 13)
    t.regex(problem?.why ?? '', /^ipv: both is for a host with addresses of both families/)
  }
  const url = 'http://a.example/'
  for (const [settings, key, why] of [
    ['ipv=both proxy=http://192.0.2.1:3128', 'proxy', /^proxy: a proxy chooses itself/],
    ['proxy=socks5://proxy.example ipv=both', 'ipv', /^ipv: a proxy chooses itself/],
    ['ipv=both resolve=192.0.2.1', 'resolve', /^resolve: ipv=both needs addresses of both families/],
    ['resolve=::1,2001:db8::1 ipv=both', 'ipv', /^ipv: ipv=both needs addresses of both families/],
    ['ipv=both source=192.0.2.1', 'source', /^source: ipv=both needs a source with addresses of both/],
    ['unix=/run/app.sock ipv=both', 'ipv', /^ipv: a Unix socket has no address family/],
  ] as const) {
    const line = `${url} interval=1m ${settings}`
    const [problem, ...others] = check(line)
    t.deepEqual([problem?.at, others], [line.indexOf(`${key}=`) + key.length + 1, []], line)
    t.regex(problem?.why ?? '', why)
  }
  for (const line of [
    'http://localhost/ ipv=both',
    'http://192.0.2.1/ ipv=4',
    'http://192.0.2.1/ ipv=both resolve=192.0.2.1,2001:db8::1',
    'http://a.example/ ipv=both proxy=none source=eth0',
    'http://192.0.2.1/ ipv=4 proxy=http://proxy.example:3128',
  ])
    t.deepEqual(check(line), [], line)
})

const refuses = test.macro({
  exec(t, rest: string, ...mistakes: [at: number, why: RegExp][]) {
    const line = parseLine(`${URL_A} ${rest}`)
    const reported = line !== null && 'problems' in line ? line.problems : []
    t.deepEqual(
      reported.map(({ at }) => (at ?? 0) - 19),
      mistakes.map(([at]) => at),
    )
    for (const [n, { why }] of reported.entries()) {
      t.regex(why, mistakes[n]?.[1] as RegExp)
      t.notRegex(why, /secret/)
    }
  },
  title: (_, rest) => `refuses ${String(rest)}`,
})

test(refuses, 'intervall=10s', [0, /^unknown setting "intervall": did you mean "interval"\?$/])
test(refuses, 'interval=10', [9, /^interval: not a duration: did you mean 10s\?$/])
test(refuses, 'interval=', [9, /^interval: not a duration/])
test(refuses, 'interval', [0, /^only settings/])
test(refuses, 'interval = 10s', [0, /^only settings/])
test(refuses, 'interval=1s interval=1s', [12, /^interval: already set$/])
test(refuses, 'header.X=1 header.x="2"', [11, /^header\.x: already set by header\.X$/])
test(refuses, 'response.a=1 response.A=2', [13, /^response\.A: already set by response\.a$/])
test(refuses, 'response.a=/secret', [
  11,
  /^response\.a: what begins with a slash is a regular expression.*: \/ok\|ready\/i/,
])
test(refuses, 'response.a=/(secret/', [
  11,
  /^response\.a: not a valid regular expression in the syntax of RE2, such as /,
])
test(refuses, 'response.a:b=c', [0, /^response: the name has a character/])
test(refuses, 'max-time=0s', [9, /^max-time: too short/])
test(refuses, 'method=HEAD body=secret', [
  17,
  /^body: an answer to HEAD has no body: .*method=GET body="ready"$/,
])
test(refuses, 'max-size=1k method=HEAD', [19, /^method: an answer to HEAD has no body/])
test(refuses, 'body=/secret', [5, /^body: what begins with a slash is a regular expression/])
test(refuses, 'body!=/(secret/', [6, /^body!: not a valid regular expression/])
test(refuses, 'body=a body=a', [7, /^body: already set$/])
test(refuses, 'body-limit=0', [11, /^body-limit: not a size from 1 byte to 64MiB$/])
test(refuses, 'max-size=1GB', [9, /^max-size: not a size, such as/])
test(refuses, 'interval!=5s', [0, /^unknown setting "interval!": did you mean "interval"/])
test(refuses, 'interval=1s json.a[=secret', [12, /^json: not a JSONPath \(RFC 9535\), such as/])
test(refuses, 'json.a<secret interval=x', [0, /^json: < and > compare with a number/], [23, /^interval/])
test(refuses, 'json.=secret', [0, /^json: the path is missing/])
test(refuses, 'json.a="secret', [7, /^this double quote is never closed$/])
test(refuses, 'json.a=1 json.a=1', [9, /^json: already set$/])
test(refuses, 'method=HEAD json.a', [12, /^json: an answer to HEAD has no body/])
test(refuses, 'ipv4=on ipv6=on', [8, /^ipv6: already set by ipv4$/])
test(
  refuses,
  'timeout=secret method="se cret" label.a=ok',
  [8, /^timeout: not/],
  [22, /^method: not a method/],
)
test(refuses, 'header.X="secret', [9, /^this double quote is never closed$/])
test(refuses, String.raw`header.X="secret\"`, [9, /^this double quote is never closed$/])
test(refuses, String.raw`header.X="sec\ret"`, [9, /^in double quotes, write /])
test(refuses, 'header.X="secret"label.a=b', [9, /a space must follow the closing quote$/])
test(refuses, "header.X='secret", [9, /^this single quote is never closed$/])
test(refuses, "header.X='secret'x", [9, /^a space must follow the closing quote$/])
test(refuses, 'header.X=sec\u0007ret', [9, /not allowed in a header$/])
test(refuses, 'label.a=1 nonsense label.b=\u0007', [10, /^only settings/])
test(refuses, '"interval"=10s', [0, /^only settings/])

test('at most ten mistakes of a line are reported', (t) => {
  const line = parseLine(`${URL_A}${' interval=x'.repeat(1_000)}`)
  t.is(line !== null && 'problems' in line && line.problems.length, 10)
})

test('labels have an end', (t) => {
  const labels = Array.from({ length: 40 }, (_, n) => `label.n${n}=${'ü'.repeat(500)}`).join(' ')
  const line = parseLine(`${URL_A} ${labels}`)
  t.regex(JSON.stringify(line), /labels take more than 30000 bytes/)
})

test('equal options of many lines are one object', (t) => {
  const overridesOf = (line: string) => {
    const target = parseLine(line)
    return target !== null && 'overrides' in target ? target.overrides : null
  }
  const first = overridesOf(`${URL_A}1 interval=7s header.A=b`)
  t.is(overridesOf(`${URL_A}2 interval=7s header.A=b`), first)
  t.is(overridesOf(`${URL_A}3 interval=7s header.A=b label.n=3`), first)
  t.not(overridesOf(`${URL_A}4 interval=8s header.A=b`), first)
  t.is(overridesOf(`${URL_A}5 interval=7s header.A=b`), first)
  for (let n = 0; n < 3_000; n++) overridesOf(`${URL_A}6 interval=${n + 1}ms`)
  t.deepEqual(overridesOf(`${URL_A}1 interval=7s header.A=b`), first)
})

test('a URL of each scheme takes thresholds', (t) => {
  for (const url of ['http://a.example/', 'tcp://a.example:25', 'tls://a.example:443'])
    t.like(parseLine(`${url} down-after=3 up-after=2`), { overrides: { downAfter: 3, upAfter: 2 } })
})
