import { request } from 'node:http'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import test from 'ava'
import type { MonitorQuestion } from '../../../src/threads/web-protocol.ts'
import { QuestionHandler } from '../../../src/threads/question-handler.ts'
import { SORTS } from '../../../src/api/url-query.ts'
import { UrlFinder } from '../../../src/web/server/url-finder.ts'
import { startApi, TestMonitor } from '../../helpers/api-server.ts'
import type { UrlList } from '../../helpers/api-server.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { TestAlerter } from '../../helpers/test-alerter.ts'
import { BEGIN, TestRecorder } from '../../helpers/test-recorder.ts'

const ALL = { urls: null, text: '', verdicts: [], labels: [] }

const listOf = ({ text }: { readonly text: string }) => JSON.parse(text) as UrlList

/** A monitor with URLs in all states. */
function monitorOf(urls = 40) {
  const monitor = new TestMonitor()
  for (let id = 0; id < urls; id++) {
    monitor.add(id, `https://a.example/${id}`, { labels: id % 2 === 0 ? '{"team":"web"}' : '' })
    if (id % 4 === 0) monitor.take(up(id, { at: id * 1_000 + 1 }))
    if (id % 4 === 1) monitor.take(down(id, { at: id * 1_000 + 1 }))
    if (id % 4 === 2) monitor.take(unknown(id, { at: id * 1_000 + 1 }))
  }
  return monitor
}

interface Description {
  readonly paths: Readonly<Record<string, { readonly get?: Operation }>>
}
interface Operation {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly example?: string | readonly string[] }[]
}

test('a validator accepts the OpenAPI description, and answers are as it says, field by field', async (t) => {
  const recorder = new TestRecorder()
  recorder.register({ url: 'https://a.example/1', labels: '{"team":"web"}' })
  recorder.record(down(0, { at: BEGIN }), up(0, { at: BEGIN + 1_000 }), down(0, { at: BEGIN + 2_000 }))
  recorder.run(4_000)
  const { get } = await startApi(t, monitorOf(), undefined, { recorder, alerter: new TestAlerter() })
  const description = JSON.parse((await get('/openapi.json')).text) as Description
  const { valid, errors } = await new Validator().validate({ ...description })
  t.true(valid, JSON.stringify(errors))
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addVocabulary(Object.keys(description))
  ajv.addSchema(withoutUnknownFields(description) as object, 'api')
  const problems = (name: string, value: unknown) => {
    const validate = ajv.getSchema(`api#/components/schemas/${name}`)
    return validate?.(value) === true ? '' : `${ajv.errorsText(validate?.errors)} ${JSON.stringify(value)}`
  }
  const ANSWERS: Readonly<Record<string, readonly [schema: string, query: string]>> = {
    summary: ['Summary', ''],
    urls: ['UrlList', '?limit=1000&polls=50'],
    url: ['UrlDetail', '?u=https%3A%2F%2Fa.example%2F1'],
    history: ['History', `?u=https%3A%2F%2Fa.example%2F1&from=${BEGIN / 1_000}&to=${BEGIN / 1_000 + 10}`],
    incidents: ['IncidentList', `?from=${BEGIN / 1_000}&to=${BEGIN / 1_000 + 10}`],
    alerts: ['AlertList', ''],
    notifications: ['NotificationList', ''],
    silences: ['SilenceList', ''],
    maintenance: ['MaintenanceList', ''],
    openapi: ['OpenApi', ''],
  }
  for (const [path, { get: operation }] of Object.entries(description.paths)) {
    // In event-feed.test.ts, wall.test.ts and alert-parameters.test.ts.
    if (operation === undefined || ['events', 'wall', 'wall-events'].includes(operation.operationId)) continue
    const [schema, query] = ANSWERS[operation.operationId] ?? ['', '']
    const answer = await get(`${path.replace('/api/v1', '')}${query}`)
    t.is(answer.status, 200, path)
    t.is(answer.headers.get('content-type'), 'application/json; charset=utf-8')
    if (schema !== 'OpenApi') t.is(problems(schema, answer.json), '', path)
    // Each documented parameter is accepted, and no other one.
    for (const { name, example } of operation.parameters)
      if (example !== undefined) {
        const { status, text } = await get(
          `${path.replace('/api/v1', '')}?${name}=${encodeURIComponent(String(example))}`,
        )
        t.true(status === 200 || status === 404 || text.includes('u is missing'), `${path} ${name} ${text}`)
      }
    const refused = await get(`${path.replace('/api/v1', '')}?nonsense=1`)
    t.is(refused.status, 400, path)
    t.is(problems('Error', refused.json), '')
  }
})

test('the summary says whether there are alerts', async (t) => {
  for (const alerter of [undefined, new TestAlerter()]) {
    const { get } = await startApi(t, monitorOf(), undefined, alerter === undefined ? {} : { alerter })
    t.is((await get('/summary')).json['alerts'], alerter !== undefined)
  }
})

/** All fields that an answer has have to be in the description. */
function withoutUnknownFields(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutUnknownFields)
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, withoutUnknownFields(value)]),
  )
  const isClosed =
    copy['type'] === 'object' && typeof copy['properties'] === 'object' && !('additionalProperties' in copy)
  return isClosed ? { ...copy, additionalProperties: false } : copy
}

test('pages of a list have every URL once', async (t) => {
  const { get } = await startApi(t, monitorOf(45))
  const seen: string[] = []
  let cursor: string | null = ''
  let pages = 0
  while (cursor !== null) {
    const json = listOf(await get(`/urls?limit=10${cursor === '' ? '' : `&cursor=${cursor}`}`))
    t.is(json.matches, 45)
    seen.push(...json.urls.map(({ url }) => url))
    cursor = json.cursor
    pages++
  }
  t.is(pages, 5)
  t.is(new Set(seen).size, 45)
})

test('parameters of a list', async (t) => {
  const { get } = await startApi(t, monitorOf())
  const list = async (query: string) => listOf(await get(`/urls?${query}`)).matches
  t.is(await list(''), 40)
  t.is(await list('q=example/1'), 11)
  t.is(await list('verdict=down'), 10)
  t.is(await list('verdict=down&verdict=pending'), 20)
  t.is(await list('label.team=web'), 20)
  t.is(await list('label.team=web&verdict=up'), 10)
  t.is(await list('label.team=web&label.env=prod'), 0)
  const slowest = listOf(await get('/urls?sort=list&limit=2'))
  t.deepEqual(
    slowest.urls.map(({ url }) => url),
    ['https://a.example/0', 'https://a.example/1'],
  )
})

const REFUSED: Readonly<Record<string, readonly [status: number, error: string]>> = {
  '/urls?limit=0': [400, 'limit: not a number from 1 to 1000, such as limit=100'],
  '/urls?limit=1001': [400, 'limit: not a number from 1 to 1000, such as limit=100'],
  '/urls?limit=ten': [400, 'limit: not a number from 1 to 1000, such as limit=100'],
  '/urls?sort=slow': [400, 'sort: unknown value "slow" (known: worst, changed, slowest, certificate, list)'],
  '/urls?sort=Worst': [
    400,
    'sort: unknown value "Worst", did you mean worst? (known: worst, changed, slowest, certificate, list)',
  ],
  '/urls?verdict=dwon': [
    400,
    'verdict: unknown value "dwon", did you mean down? (known: pending, up, down, unknown)',
  ],
  '/urls?cursor=nonsense': [400, 'cursor: not the cursor of an answer; leave it out for the first page'],
  '/urls?cursor=WyJ3b3JzdCIsbnVsbCwxXQ': [
    400,
    'cursor: not the cursor of an answer; leave it out for the first page',
  ],
  '/urls?cursor=WyJ3b3JzdCIsMWU5OTksMV0': [
    400,
    'cursor: not the cursor of an answer; leave it out for the first page',
  ],
  '/urls?cursor=WyJsaXN0IiwwLDVd': [400, 'cursor: it belongs to sort=list; leave it out for the first page'],
  '/urls?lmit=5': [
    400,
    'unknown parameter "lmit", did you mean limit? (known: q, verdict, label.NAME, sort, limit, polls, cursor)',
  ],
  '/urls?label.=5': [
    400,
    'unknown parameter "label." (known: q, verdict, label.NAME, sort, limit, polls, cursor)',
  ],
  '/urls?limit=5&limit=6': [400, '"limit" is there twice'],
  '/url?id=x': [400, 'id: not the id of an answer'],
  '/url?id=1&u=https://a.example/1': [400, 'u and id cannot be used together'],
  '/url?id=99': [404, 'no list has this URL; /api/v1/urls?q=TEXT finds URLs by a part of them'],
  '/wall/events': [400, 'after is missing: the position of an answer of /api/v1/wall'],
  '/url': [400, 'u is missing: the URL, such as ?u=https%3A%2F%2Fa.example%2F'],
  '/url?u=https://me:secret@b.example/': [
    404,
    'no list has this URL; /api/v1/urls?q=TEXT finds URLs by a part of them',
  ],
  '/summary?q=1': [400, 'unknown parameter "q" (there are none here)'],
  '/events?since=1': [400, 'unknown parameter "since" (there are none here)'],
  '/sumary': [
    404,
    'no such path, did you mean /api/v1/summary? (known: /api/v1/summary, /api/v1/urls, /api/v1/url, /api/v1/history, /api/v1/incidents, /api/v1/alerts, /api/v1/notifications, /api/v1/silences, /api/v1/maintenance, /api/v1/acknowledge, /api/v1/openapi.json, /api/v1/wall, /api/v1/wall/events, /api/v1/events)',
  ],
}

test('what is wrong is refused, with what would be right', async (t) => {
  const { get } = await startApi(t, monitorOf())
  for (const [path, [status, error]] of Object.entries(REFUSED)) {
    const answer = await get(path)
    t.deepEqual({ status: answer.status, ...answer.json }, { status, error }, path)
    t.is(answer.headers.get('content-type'), 'application/json; charset=utf-8')
  }
  const post = await get('/urls', { method: 'POST' })
  t.is(post.status, 405)
  t.is(post.headers.get('allow'), 'GET, HEAD')
  t.is(post.json['error'], 'POST is not allowed here, only GET and HEAD')
  t.is(post.headers.get('access-control-allow-origin'), null)
  t.is((await get('/urls', { method: 'OPTIONS' })).status, 405)
})

test('a URL is found by its text, and without credentials', async (t) => {
  const { get } = await startApi(t, monitorOf())
  for (const url of ['https://a.example/7', 'https://me:secret@A.example:443/7', 'HTTPS://a.example/./7']) {
    const { status, json, text } = await get(`/url?u=${encodeURIComponent(url)}`)
    t.is(status, 200)
    t.is(json['url'], 'https://a.example/7')
    t.false(text.includes('secret'))
  }
})

test('an answer that the client has is not sent again', async (t) => {
  const monitor = monitorOf()
  const { get } = await startApi(t, monitor)
  const first = await get('/urls')
  const etag = first.headers.get('etag') as string
  t.regex(etag, /^W\/"[\w-]{22}"$/)
  t.is((await get('/urls')).headers.get('etag'), etag)
  for (const value of [etag, `"other", ${etag}`, etag.slice(2), '*']) {
    const again = await get('/urls', { headers: { 'if-none-match': value } })
    t.like(again, { status: 304, text: '' })
    t.is(again.headers.get('etag'), etag)
  }
  monitor.take(down(0, { at: 99 }))
  t.is((await get('/urls', { headers: { 'if-none-match': etag } })).status, 200)
})

/** The answer as it came, without decoding. */
async function raw(port: number, path: string, options: object) {
  const sent = request({ host: '127.0.0.1', port, path: `/api/v1${path}`, agent: false, ...options }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { response, body: await buffer(response) }
}

test('answers are compressed if the client accepts that; HEAD gets the head', async (t) => {
  const { port, get } = await startApi(t, monitorOf())
  const { text } = await get('/urls')
  const { response, body } = await raw(port, '/urls', { headers: { 'accept-encoding': 'gzip' } })
  t.is(response.headers['content-encoding'], 'gzip')
  t.is(gunzipSync(body).toString(), text)
  const plain = await raw(port, '/urls', {})
  t.is(plain.response.headers['content-encoding'], undefined)
  t.is(plain.body.toString(), text)
  const head = await raw(port, '/urls', { method: 'HEAD' })
  t.is(head.response.statusCode, 200)
  t.is(head.response.headers['etag'], plain.response.headers['etag'])
  t.is(head.body.length, 0)
})

test('the last page of a list, in its order', async (t) => {
  const monitor = new TestMonitor()
  for (let id = 0; id < 25; id++) monitor.add(id, `https://${id}.example/`)
  for (let id = 0; id < 25; id++) monitor.take(id % 10 === 3 ? down(id) : up(id))
  const { get } = await startApi(t, monitor)
  for (const sort of Object.keys(SORTS)) {
    const all = listOf(await get(`/urls?sort=${sort}`)).urls.map(({ url }) => url)
    const last = listOf(await get(`/urls?sort=${sort}&limit=4&cursor=last`))
    t.deepEqual(
      last.urls.map(({ url }) => url),
      all.slice(-4),
      sort,
    )
    t.deepEqual([last.matches, last.cursor], [25, null])
  }
  const some = listOf(await get('/urls?verdict=down&limit=9&cursor=last&sort=list'))
  t.deepEqual(
    some.urls.map(({ url }) => url),
    ['https://3.example/', 'https://13.example/', 'https://23.example/'],
  )
  t.deepEqual(listOf(await get('/urls?q=nothing&cursor=last')).urls, [])
})

test('equal searches share a result, others wait for their turn, and too many are refused', async (t) => {
  const { recorder } = monitorOf()
  let finds = 0
  const ask = (question: MonitorQuestion) => {
    if (question.type === 'find') finds++
    return Promise.resolve(
      new QuestionHandler({ metrics: null as never, api: recorder, wall: null as never }).handle(
        question,
      ) as never,
    )
  }
  const finder = new UrlFinder({ ask }, (rows) => Promise.resolve(rows))
  const list = (text: string) =>
    finder.list({ filter: { ...ALL, text }, sort: 'list', limit: 9, after: null, polls: 0 })
  const same = await Promise.all([list('x'), list('x'), list('x')])
  t.is(new Set(same).size, 1)
  t.is(finds, 1)
  const waiting = Array.from({ length: 33 }, (_, n) => list(`example/${n}`))
  t.like(
    t.throws(() => list('one more')),
    { status: 503, message: 'too many searches at once' },
  )
  t.is((JSON.parse((await Promise.all(waiting))[3] as string) as UrlList).matches, 11)
  t.is((JSON.parse(await list('one more')) as UrlList).matches, 0)
})

test('the last polls of each URL come with a list that asks for them', async (t) => {
  const monitor = new TestMonitor()
  monitor.add(0, 'https://a.example/')
  monitor.add(1, 'https://b.example/')
  monitor.take(up(0, { durationMs: 100 }), down(0, { durationMs: 10_000 }), up(0, { durationMs: 1 }))
  const { get } = await startApi(t, monitor)
  const pollsOf = async (query: string) => {
    const { urls } = listOf(await get(`/urls?sort=list&${query}`)) as unknown as {
      readonly urls: readonly { readonly polls?: readonly (readonly [string, number])[] }[]
    }
    return urls.map(({ polls }) => polls?.map(([verdict]) => verdict))
  }
  t.deepEqual(await pollsOf('polls=50'), [['up', 'down', 'up'], []])
  t.deepEqual(await pollsOf('polls=2'), [['down', 'up'], []])
  t.deepEqual(await pollsOf(''), [undefined, undefined])
  const { status, json } = await get('/urls?polls=51')
  t.deepEqual(
    { status, ...json },
    { status: 400, error: 'polls: not a number from 1 to 50, such as polls=50' },
  )
})

test('without a monitor the answer is 503, and it comes when there is one', async (t) => {
  const { get, replace } = await startApi(t, null)
  for (const path of ['/summary', '/urls', '/url?u=x']) {
    const { status, json, headers } = await get(path)
    t.deepEqual({ status, ...json }, { status: 503, error: 'the monitor does not answer' })
    t.is(headers.get('retry-after'), '5')
  }
  replace(monitorOf())
  t.is((await get('/urls')).status, 200)
})

test('a page of very long URLs has fewer of them, and the next one goes on', async (t) => {
  const monitor = new TestMonitor()
  const long = 'x'.repeat(60_000)
  for (let id = 0; id < 120; id++) monitor.add(id, `https://a.example/${id}/${long}`)
  const { get } = await startApi(t, monitor)
  const first = listOf(await get('/urls?sort=list&limit=1000'))
  t.true(first.urls.length < 120)
  const second = listOf(await get(`/urls?sort=list&limit=1000&cursor=${first.cursor}`))
  t.is(first.urls.length + second.urls.length, 120)
  t.is(second.cursor, null)
  const last = listOf(await get('/urls?sort=list&limit=1000&cursor=last'))
  t.true(last.urls.length < 120)
  t.is(last.urls.at(-1)?.url, second.urls.at(-1)?.url)
  t.is(last.urls[0]?.url, `https://a.example/${120 - last.urls.length}/${long}`)
  t.is(last.cursor, null)
})
