import test from 'ava'
import { escapeValue, metricLabels } from '../../src/metrics/metric-labels.ts'

const KEPT: readonly (readonly [labels: Record<string, string>, text: string])[] = [
  [{}, ''],
  [{ team: 'web' }, ',team="web"'],
  [{ env: 'prod', team: 'web' }, ',env="prod",team="web"'],
  [{ 'data-center': 'a' }, ',data_center="a"'],
  [{ '9lives': 'a' }, ',_9lives="a"'],
  [{ größe: 'a' }, ',gr__e="a"'],
  [{ __meta: 'a', team: 'b' }, ',team="b"'],
  [{ '-_x': 'a' }, ''],
  [{ quote: 'a"b\\c\nd' }, ',quote="a\\"b\\\\c\\nd"'],
]

for (const [labels, text] of KEPT)
  test(`${JSON.stringify(labels)} becomes ${text === '' ? 'nothing' : text}`, (t) => {
    t.like(metricLabels(labels), { text, collision: null })
  })

test('labels that get the same name collide, and the first stays', (t) => {
  const { text, collision } = metricLabels({ 'a-b': '1', 'a.b': '2' })
  t.is(text, ',a_b="1"')
  t.is(collision, 'the labels "a-b" and "a.b" are both a_b in /metrics')
})

for (const label of ['url', 'phase'])
  test(`a label ${label} collides with that of the metrics`, (t) => {
    const { text, collision } = metricLabels({ [label]: 'x', team: 'web' })
    t.is(text, ',team="web"')
    t.is(collision, `the label "${label}" has the name of one that headcount sets`)
  })

test('every name is safe', (t) => {
  const labels = JSON.parse('{"constructor":"a","toString":"b"}') as Record<string, string>
  t.is(metricLabels(labels).text, ',constructor="a",toString="b"')
})

test('only backslash, quote and line feed are escaped', (t) => {
  t.is(escapeValue('a\\"\n\r\t{}é'), 'a\\\\\\"\\n\r\t{}é')
})
