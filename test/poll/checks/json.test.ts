import test from 'ava'
import { failedJson, jsonChecks } from '../../../src/poll/checks/json-check.ts'
import { parseJsonCheck } from '../../../src/settings/json-check.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { TestPoller } from '../../helpers/test-poller.ts'

/** What is wrong with a text by a check; '' for nothing. */
const wrong = (check: string, text: string) =>
  failedJson(jsonChecks([parseJsonCheck(check)]), text)?.detail ?? ''

const DOCUMENT = JSON.stringify({
  status: 'ok',
  count: 3,
  ratio: 0.5,
  ready: true,
  none: null,
  'a b': 'c=d',
  items: [
    { id: 1, state: 'up' },
    { id: 2, state: 'up', token: 'hidden' },
  ],
  long: 'x'.repeat(300),
})

const CASES: readonly [check: string, detail: string][] = [
  ['status=ok', ''],
  ['$.status=ok', ''],
  ['status', ''],
  ['none', ''],
  ['missing', 'nothing at missing'],
  ['missing!=x', 'nothing at missing'],
  ['status=OK', 'status: "ok"'],
  ['status!=ok', 'status: "ok"'],
  ['status!=down', ''],
  ['count=3', ''],
  ['count=3.0', ''],
  ['count=3e0', ''],
  // None is a number of JSON, as `<` and `>` take them.
  ['count=03', 'count: 3'],
  ['count=+3', 'count: 3'],
  ['count=0x3', 'count: 3'],
  ['count=3.', 'count: 3'],
  ['count!=0x3', ''],
  ['count=4', 'count: 3'],
  ['count>2', ''],
  ['count>3', 'count: 3'],
  ['count<3.5', ''],
  ['count<-1', 'count: 3'],
  ['ratio<0.50001', ''],
  ['status<5', 'status: "ok"'],
  ['ready=true', ''],
  ['ready=false', 'ready: true'],
  ['none=null', ''],
  ['none=', 'none: null'],
  ['["a b"]=c=d', ''],
  ["$['a b']", ''],
  ['items[0].state=up', ''],
  ['items[-1].id=2', ''],
  ['items[*].state=up', ''],
  ['items[*].id<2', 'items[*].id (2 of 2): 2'],
  ['$..state=up', ''],
  ['items[?@.id == 2].state=up', ''],
  ["items[?search(@.state, 'u.')].id>0", ''],
  ["items[?match(@.state, 'u')]", "nothing at items[?match(@.state, 'u')]"],
  ['items=2', 'items: an array of 2'],
  ['items[0]=2', 'items[0]: an object'],
  ['items[1].token=x', 'items[1].token is another value'],
  ['long=x', `long: "${'x'.repeat(119)}…`],
]

for (const [check, detail] of CASES) test(`json ${check}`, (t) => t.is(wrong(check, DOCUMENT), detail))

test('numbers that a double cannot hold', (t) => {
  t.is(wrong('a=Infinity', '{"a":1e400}'), 'a: Infinity')
  t.is(wrong('id=9007199254740993', '{"id":9007199254740993}'), '')
  t.is(wrong('id=9007199254740992', '{"id":9007199254740993}'), 'id: 9007199254740993')
  t.is(wrong('id!=9007199254740992', '{"id":9007199254740993}'), '')
  t.is(wrong('id>9007199254740992', '{"id":9007199254740993}'), '')
  t.is(wrong('id>9007199254740993', '{"id":9007199254740993}'), 'id: 9007199254740993')
  t.is(wrong('id<18446744073709551616', '{"id":18446744073709551615}'), '')
  t.is(wrong('id=1e2', '{"id":100}'), '')
  t.is(wrong('id>1', '{"id":1e400}'), '')
  t.is(wrong('a.id=123456789012345678901234567890', '{"a":{"id":123456789012345678901234567890}}'), '')
})

test('what is not JSON, is too deep or has too many values is said', (t) => {
  t.is(wrong('a', ''), 'not JSON: the body is empty')
  t.is(wrong('a', '<html>  <b>no</b>'), 'not JSON: <html> <b>no</b>')
  t.is(wrong('a', '{"a":NaN}'), 'not JSON: {"a":NaN}')
  t.is(wrong('a', '{"a":1'), 'not JSON: {"a":1')
  t.is(wrong('a=2', '{"a":1,"a":2}'), '')
  t.is(wrong('__proto__=2', '{"__proto__":2}'), '')
  t.is(wrong('toString', '{}'), 'nothing at toString')
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  t.is(wrong('$[0]', deep), '')
  t.is(wrong('$..x', deep), 'the JSON has too many values for a path with .., *, : or ?')
  t.is(wrong('$..x', `${'['.repeat(500)}${']'.repeat(500)}`), 'the JSON is nested too deeply')
  t.is(
    wrong('$[0]', `${'['.repeat(100_000)}1234567890123456789${']'.repeat(100_000)}`),
    'the JSON is nested too deeply',
  )
  const wide = `[${'0,'.repeat(500_000)}1]`
  t.is(wrong('$[500000]=1', wide), '')
  t.is(wrong('$[*]', wide), 'the JSON has too many values for a path with .., *, : or ?')
  t.is(wrong('$[*]', `[${'0,'.repeat(9_000)}1]`), '')
})

test('a text of the document cannot hang a poller', (t) => {
  const text = JSON.stringify([{ text: 'a'.repeat(50_000) }])
  t.is(wrong('$[?match(@.text, "(a+)+b")]', text), 'nothing at $[?match(@.text, "(a+)+b")]')
  t.is(wrong('$[?search(@.text, "(")]', text), 'nothing at $[?search(@.text, "(")]')
})

for (const [check, why] of [
  ['', /the path is missing/],
  ['=x', /the path is missing/],
  ['a[', /not a JSONPath \(RFC 9535\), such as/],
  ['a..b..c', /only one \.\. can stand in a path/],
  ['a[?@ == $.b]', /not at the whole document/],
  ['$[?@.a==$.b]', /not at the whole document/],
  ['$[?match(@, $.regex)]', /not at the whole document/],
  ['$[?match(@.a, @.b)]', /must stand in the path/],
  ['$[?$]', /not at the whole document/],
  ['a<b', /compare with a number, as in count>3/],
  ['a>', /compare with a number/],
  ['a b', /only =, !=, < or > and a value can follow/],
  ['a'.repeat(501), /longer than 500/],
] as const) {
  test(`refuses ${check.slice(0, 20)}`, (t) => {
    const error = t.throws(() => parseJsonCheck(check), { instanceOf: RangeError })
    t.regex(error?.message ?? '', why)
  })
}

test('a JSON body is read from a server up to the limit', async (t) => {
  const origin = await startOrigin(t, ({ url }, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(url === '/large' ? `[${'0,'.repeat(600_000)}0]` : DOCUMENT)
  })
  const poller = new TestPoller({ timeoutMs: 60_000, json: [['status', '=', 'ok']], body: ['items'] })
  t.teardown(() => poller.close())
  poller.setProfiles([
    [1, { json: [['status', '=', 'bad']] }],
    [2, { json: [['$[0]', '', '']], body: [] }],
    [3, { json: [['$[0]', '', '']], body: [], bodyLimit: 2_000_000 }],
  ])
  const check = async (path: string, profile: number) => {
    const { reason, detail, method } = await poller.pollWithoutStall(`${origin.url}${path}`, { profile })
    t.is(method, 'GET')
    return [reason, detail]
  }
  t.deepEqual(await check('/', 0), ['ok', ''])
  t.deepEqual(await check('/', 1), ['body', 'status: "ok"'])
  t.deepEqual(await check('/large', 2), [
    'body',
    'larger than 1048576 bytes, the body-limit, so that it is not read as JSON',
  ])
  t.deepEqual((await check('/large', 3))[1], 'nothing at status')
})
