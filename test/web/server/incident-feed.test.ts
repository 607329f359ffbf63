import test from 'ava'
import sax from 'sax'
import type { HistoryQuestion, IncidentAnswer } from '../../../src/history/record/history-question.ts'
import { feedXml } from '../../../src/web/server/incident-feed.ts'
import { startApi, TestMonitor } from '../../helpers/api-server.ts'
import { down, up } from '../../helpers/state.ts'
import { TestRecorder } from '../../helpers/test-recorder.ts'

/** The texts of the elements of XML, by name. Throws if it is not well-formed. */
function textsOf(xml: string): Record<string, string[]> {
  const texts: Record<string, string[]> = {}
  const open: string[] = []
  const parser = Object.assign(sax.parser(true), {
    onerror(error: Error) {
      throw error
    },
    onopentag: ({ name }: { readonly name: string }) => open.push(name),
    onclosetag: () => open.pop(),
    ontext(text: string) {
      if (text.trim() !== '') (texts[open.at(-1) ?? ''] ??= []).push(text)
    },
  })
  parser.write(xml).close()
  return texts
}

test('the latest incidents as a feed', async (t) => {
  const begin = Date.now() - 3_600_000
  const recorder = new TestRecorder(':memory:', begin)
  recorder.register({ url: 'https://a.example/', labels: '{"team":"web"}' }, { url: 'https://b.example/' })
  const poll = (minute: number) => ({ at: begin + minute * 60_000 })
  recorder.record(down(0, poll(0)), down(0, poll(1)), up(0, poll(15)), down(1, poll(20)))
  recorder.run(3_600_000)
  const { port } = await startApi(t, new TestMonitor(), undefined, { recorder })
  const get = (query = '') => fetch(`http://127.0.0.1:${port}/incidents.atom${query}`)
  const response = await get()
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'application/atom+xml; charset=utf-8')
  const { title, id, published, updated, content } = textsOf(await response.text())
  t.deepEqual(title, ['Incidents', 'https://b.example/ is down', 'https://a.example/ was down for 15m'])
  t.is(new Set(id).size, 3)
  t.true(
    id?.every((one) => /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(one)),
  )
  t.is(published?.[1], new Date(begin).toISOString())
  t.is(updated?.[0], new Date(begin + 20 * 60_000).toISOString())
  t.is(content?.[1], `${new Date(begin).toISOString()} timeout: no answer in time (wait) (2 polls)`)
  t.deepEqual(textsOf(await (await get('?label.team=web')).text())['title'], [
    'Incidents',
    'https://a.example/ was down for 15m',
  ])
  t.is((await get('?u=https://nobody.example/')).status, 404)
  t.is((await get('?days=1')).status, 400)
  const etag = response.headers.get('etag') as string
  t.is((await fetch(response.url, { headers: { 'if-none-match': etag } })).status, 304)
})

test('a page of incidents that has few of them is not the last one', async (t) => {
  const incident = {
    id: 1,
    labels: '',
    verdict: 'down',
    begin: 0,
    end: 60_000,
    maintenance: false,
    reasons: [],
  }
  const asked: HistoryQuestion[] = []
  const recorder = {
    // Those of other labels come first.
    ask(question: HistoryQuestion) {
      asked.push(question)
      const n = asked.length
      const incidents =
        n === 1 ? [] : Array.from({ length: 20 }, (_, at) => ({ ...incident, url: `${n} ${at}` }))
      return Promise.resolve({ incidents, next: `${n}-1` }) as Promise<never>
    },
  }
  const { port } = await startApi(t, new TestMonitor(), undefined, { recorder })
  const response = await fetch(`http://127.0.0.1:${port}/incidents.atom?label.team=web`)
  const [, ...titles] = textsOf(await response.text())['title'] ?? []
  t.deepEqual([titles[0], titles[20], titles.length], ['2 0 was down for 1m', '3 0 was down for 1m', 50])
  t.deepEqual(
    asked.map((question) => question.type === 'incidents' && question.cursor),
    [null, '1-1', '2-1', '3-1'],
  )
})

test('what a server sent is text', (t) => {
  const incident: IncidentAnswer = {
    id: 1,
    url: 'https://a.example/?a=1&b=<x>',
    labels: '',
    verdict: 'down',
    begin: 1_000,
    end: null,
    maintenance: true,
    reasons: [{ reason: 'status', status: 500, text: '</content>\u0001]]><script>', at: 1_000, polls: 1 }],
  }
  const { title, content } = textsOf(feedXml([incident], 'http://127.0.0.1/incidents.atom?u=a&label.x="'))
  t.is(title?.[1], 'https://a.example/?a=1&b=<x> is down, begun in maintenance')
  t.is(content?.[0], '1970-01-01T00:00:01.000Z status: 500 </content>\ufffd]]><script> (1 poll)')
})

test('without incidents the feed is valid and does not change', (t) => {
  const xml = feedXml([], 'http://127.0.0.1/incidents.atom')
  t.is(xml, feedXml([], 'http://127.0.0.1/incidents.atom'))
  t.deepEqual(textsOf(xml)['updated'], ['1970-01-01T00:00:00.000Z'])
})
