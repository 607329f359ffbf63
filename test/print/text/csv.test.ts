import test from 'ava'
import { csvDocument } from '../../../src/print/text/csv.ts'
import { DocumentPrinter } from '../../../src/print/text/document-printer.ts'
import type { ResourceId } from '../../../src/resource/resource.ts'
import { serializeLabels } from '../../../src/targets/serialize-labels.ts'
import type { Labels } from '../../../src/targets/target.ts'
import { RecentPolls } from '../../../src/state/recent-polls.ts'
import { StateMap } from '../../../src/state/state-map.ts'
import { HARD_LABELS, stateMapOf, setLabels } from '../../helpers/state-map.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { summary } from '../../helpers/summary.ts'

async function lines(map: StateMap): Promise<string[]> {
  let text = ''
  const sink = { write: (more: string) => (text += more), flush: () => Promise.resolve(), dropped: 0 }
  await new DocumentPrinter(sink, csvDocument).finish(summary, map)
  return text.split('\r\n')
}

const URLS = [
  'https://a.example/0',
  'https://a.example/1?q=1,2',
  'https://a.example/2',
  'https://a.example/3',
]

test('a head, then each URL in the order of the list', async (t) => {
  const map = stateMapOf(URLS, unknown(2), up(0), down(1))
  t.deepEqual(await lines(map), [
    'url,verdict,reason,status,text,errCount,durationMs,at,tlsExpiresAt,labels',
    'https://a.example/0,up,ok,200,OK,0,41.2,2026-01-02T03:04:05.678Z,2027-01-01T00:00:00.000Z,',
    '"https://a.example/1?q=1,2",down,timeout,,no answer in time (wait),1,41.2,2026-01-02T03:04:05.678Z,,',
    'https://a.example/2,unknown,local,,no descriptors,0,41.2,2026-01-02T03:04:05.678Z,,',
    'https://a.example/3,pending,,,,0,,,,',
    '',
  ])
})

test('of a URL that only main knew, there is a verdict and no poll', async (t) => {
  const map = new StateMap(new RecentPolls())
  const known = { generation: 0, errCount: 2, labels: '' }
  map.add(0 as ResourceId, URLS[0] as string, { ...known, verdict: 'down' })
  t.is((await lines(map))[1], 'https://a.example/0,down,down,,,2,,,,')
})

const text = test.macro({
  async exec(t, statusText: string, expected: string) {
    const [, line = ''] = await lines(stateMapOf([URLS[0] as string], up(0, { statusText })))
    t.is(line.split(',200,')[1]?.split(',0,41.2')[0], expected)
  },
  title: (name) => `text of a server: ${name}`,
})

test('quotes', text, 'say "hi"', '"say ""hi"""')
test('a comma', text, 'a,b', '"a,b"')
test('line breaks and escapes', text, 'a\r\n\u001b[2J', String.raw`a\u{d}\u{a}\u{1b}[2J`)
test('a formula', text, '=1+1', `'=1+1`)
test('another formula', text, '@SUM(A1)', `'@SUM(A1)`)

test('labels are one JSON object, of URLs that were not polled too', async (t) => {
  const map = stateMapOf(URLS.slice(0, 3), up(0))
  setLabels(map, 0, HARD_LABELS)
  setLabels(map, 1, { team: 'web' })
  const [, first = '', second = '', third = ''] = await lines(map)
  const cell = /,"(\{.*\})"$/.exec(first)?.[1]?.replaceAll('""', '"') ?? ''
  t.is(serializeLabels(JSON.parse(cell) as Labels), serializeLabels(HARD_LABELS))
  t.true(cell.includes('"__proto__":"polluted"'))
  // oxlint-disable-next-line no-control-regex
  t.notRegex(first, /[\u0000-\u001f\u202e]/)
  t.true(second.endsWith(',"{""team"":""web""}"'))
  t.true(third.endsWith(',,,,'))
})
