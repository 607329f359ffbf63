import test from 'ava'
import { histogramSamples, metricHead, sample } from '../../src/metrics/exposition.ts'
import { TOTAL_METRICS } from '../../src/metrics/metrics.ts'
import { URL_METRICS } from '../../src/metrics/url-metrics.ts'
import { PollHistogram } from '../../src/metrics/poll-histogram.ts'

test('the head of a metric in the text format', (t) => {
  t.is(
    metricHead(TOTAL_METRICS.skipped, 'text'),
    '# HELP headcount_polls_skipped_total Scheduled polls that were skipped.\n# TYPE headcount_polls_skipped_total counter\n',
  )
  t.regex(metricHead(TOTAL_METRICS.build, 'text'), /^# TYPE headcount_build_info gauge$/m)
})

test('OpenMetrics names families without the suffix of their samples, and their units', (t) => {
  t.is(
    metricHead(TOTAL_METRICS.skipped, 'openmetrics'),
    '# TYPE headcount_polls_skipped counter\n# HELP headcount_polls_skipped Scheduled polls that were skipped.\n',
  )
  t.regex(metricHead(TOTAL_METRICS.build, 'openmetrics'), /^# TYPE headcount_build info$/m)
  t.regex(metricHead(TOTAL_METRICS.processCpu, 'openmetrics'), /^# UNIT process_cpu_seconds seconds$/m)
  t.regex(metricHead(URL_METRICS.phases, 'openmetrics'), /^# UNIT headcount_url_duration_seconds seconds$/m)
  t.notRegex(metricHead(URL_METRICS.up, 'openmetrics'), /UNIT/)
})

test('no help has a character that would need an escape', (t) => {
  for (const { help } of [...Object.values(URL_METRICS), ...Object.values(TOTAL_METRICS)])
    t.notRegex(help, /[\\"\n]/)
})

test('a sample with and without labels', (t) => {
  t.is(sample('a', {}, 1.5), 'a 1.5\n')
  t.is(sample('a', { b: 'c"d', e: 'f' }, 0), 'a{b="c\\"d",e="f"} 0\n')
})

test('the buckets of a histogram add up, and a time on a bound is within it', (t) => {
  const histogram = new PollHistogram()
  for (const ms of [0, 1, 1.1, 5_000, 30_001]) histogram.record(ms)
  const lines = histogramSamples('x', histogram.data, 'text').split('\n')
  for (const line of [
    'x_bucket{le="0.001"} 2',
    'x_bucket{le="0.0025"} 3',
    'x_bucket{le="1"} 3',
    'x_bucket{le="5"} 4',
    'x_bucket{le="30"} 4',
    'x_bucket{le="+Inf"} 5',
    'x_count 5',
  ])
    t.true(lines.includes(line), line)
  t.regex(lines.find((line) => line.startsWith('x_sum')) ?? '', /^x_sum 35\.003/)
  const open = histogramSamples('x', histogram.data, 'openmetrics')
  t.true(open.includes('x_bucket{le="1.0"} 3\n'))
  t.true(open.includes('x_bucket{le="0.001"} 2\n'))
})
