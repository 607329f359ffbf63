import { gunzipSync } from 'node:zlib'
import test from 'ava'
import type { ResourceId } from '../../../src/resource/resource.ts'
import { LatestPolls } from '../../../src/state/latest-polls.ts'
import { StateMap } from '../../../src/state/state-map.ts'
import { QuestionHandler } from '../../../src/threads/question-handler.ts'
import type { MonitorAnswer, MonitorQuestion } from '../../../src/threads/web-protocol.ts'
import { MetricsRecorder } from '../../../src/metrics/metrics-recorder.ts'
import { Scraper } from '../../../src/web/server/scraper.ts'
import { summary } from '../../helpers/summary.ts'

/** A scraper of a monitor in the same thread, and what it was asked. */
function scraperOf(urls: number, maxUrls: number, labels = '') {
  const map = new StateMap()
  for (let id = 0; id < urls; id++)
    map.add(id as ResourceId, `http://a.example/${id}`, { generation: 0, verdict: 'up', errCount: 0, labels })
  const { mainStats } = summary
  const metrics = new MetricsRecorder(
    () => ({ map, mainStats, pollersCpuMs: [], history: null, alerts: null }),
    new LatestPolls(),
    () => 0,
  )
  const handler = new QuestionHandler({ metrics, api: null as never, wall: null as never })
  const asked: MonitorQuestion[] = []
  const messages: string[] = []
  const ask = <Q extends MonitorQuestion>(question: Q) => {
    asked.push(question)
    return Promise.resolve(handler.handle(question) as MonitorAnswer<Q['type']>)
  }
  return { scraper: new Scraper({ ask }, maxUrls, (message) => messages.push(message)), asked, messages, map }
}

const upLines = (text: string) => text.match(/^headcount_url_up\{.*$/gm) ?? []

test('the thread that makes the metrics tells its own CPU time', async (t) => {
  const scrape = await scraperOf(1, 1).scraper.scrape()
  t.regex(
    scrape.text('text').toString(),
    /^headcount_thread_cpu_seconds_total\{thread="web"\} \d*[.\d]*[1-9]/m,
  )
})

test('scrapes that come while one is being collected share it', async (t) => {
  const { scraper, asked } = scraperOf(700, 10_000)
  const scrapes = await Promise.all([scraper.scrape(), scraper.scrape(), scraper.scrape()])
  t.is(new Set(scrapes).size, 1)
  t.deepEqual(
    asked.map(({ type }) => type),
    ['totals', 'urls', 'urls', 'urls'],
  )
  t.not(await scraper.scrape(), scrapes[0], 'a later one is another')
})

test('no question is about many URLs', async (t) => {
  const { scraper, asked } = scraperOf(3_000, 10_000)
  await scraper.scrape()
  t.true(asked.every((question) => question.type !== 'urls' || question.limit <= 250))
})

test('URLs beyond the limit have no series, and are counted', async (t) => {
  const { scraper } = scraperOf(1_000, 700)
  const text = (await scraper.scrape()).text('text').toString()
  t.is(upLines(text).length, 700)
  t.regex(text, /^headcount_urls_without_series 300$/m)
  t.regex(text, /^headcount_urls\{verdict="up"\} 1000$/m)
})

test('without series of URLs a scrape is one question, whatever the list', async (t) => {
  const { scraper, asked } = scraperOf(2_000, 0)
  const text = (await scraper.scrape()).text('text').toString()
  t.deepEqual(
    asked.map(({ type }) => type),
    ['totals'],
  )
  t.is(upLines(text).length, 0)
  t.regex(text, /^headcount_urls_without_series 2000$/m)
})

test('URLs that are left after a list has shrunk are all found', async (t) => {
  const { scraper, map } = scraperOf(120_000, 10_000)
  for (let id = 0; id < 120_000; id++) if (id % 40_000 !== 39_999) map.remove(id as ResourceId, 0)
  t.is(upLines((await scraper.scrape()).text('text').toString()).length, 3)
})

test('each form has the same samples', async (t) => {
  const { scraper } = scraperOf(10, 10_000, '{"team":"web"}')
  const scrape = await scraper.scrape()
  const text = scrape.text('text')
  t.is(upLines(text.toString())[0], 'headcount_url_up{url="http://a.example/0",team="web"} 1')
  t.deepEqual(gunzipSync(await scrape.compressed('text')), text)
  t.is(scrape.text('text'), text, 'made once')
  t.deepEqual(upLines(scrape.text('openmetrics').toString()), upLines(text.toString()))
  t.true(scrape.text('openmetrics').toString().endsWith('\n# EOF\n'))
  t.false(text.toString().includes('# EOF'))
})

test('labels that collide after a change of the list are left out, and reported', async (t) => {
  const { scraper, messages } = scraperOf(2, 10, '{"a-b":"1","a.b":"2"}')
  const text = (await scraper.scrape()).text('text').toString()
  t.is(upLines(text)[0], 'headcount_url_up{url="http://a.example/0",a_b="1"} 1')
  t.deepEqual(messages, [
    'http://a.example/0: the labels "a-b" and "a.b" are both a_b in /metrics; one is left out',
  ])
})
