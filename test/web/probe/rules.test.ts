import test from 'ava'
import { expand } from '../../../src/web/probe/expand.ts'
import { splitTarget } from '../../../src/web/probe/host-target.ts'
import { compileHttp } from '../../../src/web/probe/http-rules.ts'
import type { HttpAnswer } from '../../../src/web/probe/http-rules.ts'
import { compileRecords } from '../../../src/web/probe/record-rules.ts'
import { makeExpression } from '../../../src/settings/pattern.ts'
import { DEFAULT_HTTP } from '../../../src/settings/probe-module.ts'
import type { HttpProbeRules } from '../../../src/settings/probe-module.ts'

const ANSWER: HttpAnswer = {
  status: 200,
  proto: 'HTTP/1.1',
  fields: [
    ['a', 'one'],
    ['a', 'two'],
  ],
  isTls: false,
  body: { text: 'Body', problem: null, isOpened: true },
}

const rule = (header: string, regexp: string, allowMissing = false) => ({ header, regexp, allowMissing })

/** Rules, what differs in the answer, the reason, whether an expression is why, and the lines of the log. */
const HTTP: readonly (readonly [
  Partial<HttpProbeRules>,
  Partial<HttpAnswer>,
  reason: string,
  regex: 0 | 1,
  ...lines: string[],
])[] = [
  [{}, {}, 'ok', 0],
  [{}, { status: 301 }, 'status', 0, 'Invalid HTTP response status code, wanted 2xx'],
  [{ validStatusCodes: [404] }, { status: 404 }, 'ok', 0],
  [{ validStatusCodes: [404] }, {}, 'status', 0, 'Invalid HTTP response status code'],
  [{ validHttpVersions: ['HTTP/2.0'] }, { proto: 'HTTP/2.0' }, 'ok', 0],
  [{ validHttpVersions: ['HTTP/2'] }, { proto: 'HTTP/2.0' }, 'protocol', 0, 'Invalid HTTP version number'],
  [{ failIfSsl: true }, {}, 'ok', 0],
  [{ failIfSsl: true }, { isTls: true }, 'tls', 0, 'Final request was over SSL'],
  [{ failIfNotSsl: true }, { isTls: true }, 'ok', 0],
  [{ failIfNotSsl: true }, {}, 'tls', 0, 'Final request was not over SSL'],
  [{ headerMatches: [rule('A', '^two$')] }, {}, 'header', 1, 'Header matched regular expression'],
  [{ headerMatches: [rule('A', 'three')] }, {}, 'ok', 0],
  [{ headerMatches: [rule('B', '.')] }, {}, 'header', 1, 'Missing required header'],
  [{ headerMatches: [rule('B', '.', true)] }, {}, 'ok', 0],
  [{ headerNotMatches: [rule('A', '^two$')] }, {}, 'ok', 0],
  [{ headerNotMatches: [rule('A', 'three')] }, {}, 'header', 1, 'Header did not match regular expression'],
  [{ headerNotMatches: [rule('B', '.', true)] }, {}, 'ok', 0],
  [{ headerNotMatches: [rule('A', '^é$')] }, { fields: [['a', '\xc3\xa9']] }, 'ok', 0],
  [{ bodyMatches: ['x', 'od'] }, {}, 'body', 1, 'Body matched regular expression'],
  [{ bodyMatches: ['(?i)x'], bodyNotMatches: ['^B'] }, {}, 'ok', 0],
  [{ bodyNotMatches: ['B', '^o'] }, {}, 'body', 1, 'Body did not match regular expression'],
  [{ bodyMatches: ['x'] }, { body: null }, 'body', 1, 'Error reading HTTP body'],
  [
    { bodyMatches: ['x'] },
    { body: { text: '', problem: 'too large', isOpened: true } },
    'body',
    1,
    'Error reading HTTP body',
    'Failed to read HTTP response body',
  ],
  [
    { bodyMatches: ['x'] },
    { body: { text: '', problem: 'not gzip', isOpened: false } },
    'body',
    0,
    'Failed to read HTTP response body',
  ],
  [
    {},
    { body: { text: '', problem: 'cut', isOpened: true } },
    'body',
    0,
    'Failed to read HTTP response body',
  ],
  // After a wrong status, no expression is looked at.
  [{ bodyMatches: ['B'] }, { status: 500 }, 'status', 0, 'Invalid HTTP response status code, wanted 2xx'],
]

test('an answer is judged by each rule of its module', (t) => {
  for (const [rules, answer, reason, failedDueToRegex, ...lines] of HTTP) {
    const logged: string[] = []
    const judged = compileHttp({ ...DEFAULT_HTTP, ...rules })({ ...ANSWER, ...answer }, (_, message) =>
      logged.push(message),
    )
    const what = JSON.stringify([rules, answer])
    t.deepEqual(judged, { success: reason === 'ok', reason: reason as 'ok', failedDueToRegex }, what)
    t.deepEqual(logged, lines, what)
  }
})

test('records are judged as the exporter does', (t) => {
  const none = { matches: [], allMatch: [], notMatches: [], noneMatches: [] }
  const records = ['a', 'ab'].map((line) => ({ type: 1, line, ttl: 0, serial: null }))
  const cases: readonly (readonly [Partial<typeof none>, found: boolean, empty: boolean])[] = [
    [{}, true, true],
    [{ matches: ['b'] as never }, false, true],
    [{ matches: ['c'] as never }, true, true],
    [{ allMatch: ['a'] as never }, true, true],
    [{ allMatch: ['b'] as never }, false, true],
    [{ notMatches: ['a'] as never }, true, false],
    [{ notMatches: ['b'] as never }, false, false],
    [{ noneMatches: ['c', 'b'] as never }, true, false],
    [{ noneMatches: ['c'] as never }, false, false],
  ]
  for (const [rules, found, empty] of cases) {
    const judge = compileRecords({ ...none, ...rules })
    t.deepEqual([judge(records, () => {}), judge([], () => {})], [found, empty], JSON.stringify(rules))
  }
})

test('a template is filled as by Go', (t) => {
  const match = makeExpression('^(?P<who>\\w+) (\\d)?').match('me too')
  if (match === null) return t.fail()
  t.is(expand('$who ${who} $1 ${1}0 $10 $2 $3 $$1 $ ${ $-', match), 'me me me me0    $1 $ ${ $-')
})

test('a target is a host, perhaps with a port', (t) => {
  t.deepEqual(splitTarget('a.example:25'), { host: 'a.example', port: 25 })
  t.deepEqual(splitTarget('a.example'), { host: 'a.example', port: null })
  t.deepEqual(splitTarget('[::1]:53'), { host: '::1', port: 53 })
  t.deepEqual(splitTarget('a.example:ssh'), { host: 'a.example', port: 22 })
  t.deepEqual(splitTarget('[::1]:Domain', 'udp'), { host: '::1', port: 53 })
  t.deepEqual(splitTarget('::1'), { host: '::1', port: null })
  for (const target of [
    '',
    ':25',
    'a:b',
    'a:ssh-',
    'a:',
    'a:0',
    'a:65536',
    'a/b:1',
    'a b:1',
    '[a]:1',
    'a\n:1',
    'x'.repeat(300),
  ])
    t.is(typeof splitTarget(target), 'string', target)
})
