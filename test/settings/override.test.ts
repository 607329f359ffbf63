import test from 'ava'
import type { Overrides } from '../../src/settings/url-options.ts'
import { optionOf } from '../../src/settings/url-options.ts'
import { OverrideError, parseOverride, PLAIN_SETTINGS } from '../../src/settings/override.ts'
import { NO_URL_SETTINGS, UrlSettingsBuilder, mergeDefaults } from '../../src/settings/url-settings.ts'

const sets = test.macro({
  exec: (t, key: string, value: string, overrides: Overrides) => {
    const override = parseOverride(key, value)
    t.is(override.type, 'setting')
    t.deepEqual(override.type === 'setting' && override.overrides, overrides)
  },
  title: (_, key: string, value: string) => `${key}=${value}`,
})

const TAKEN: readonly [string, string, Overrides][] = [
  ['interval', '10s', { intervalMs: 10_000 }],
  ['error-backoff', '0s', { errorBackoffMs: 0 }],
  ['max-backoff', '1m', { maxBackoffMs: 60_000 }],
  ['timeout', '250ms', { timeoutMs: 250 }],
  ['method', 'GET', { method: 'GET' }],
  ['get-fallback', 'off', { getFallback: false }],
  ['max-redirects', '0', { maxRedirects: 0 }],
  [
    'accept',
    '200..=204,401',
    {
      accept: [
        [200, 204],
        [401, 401],
      ],
    },
  ],
  ['user-agent', 'me/1', { userAgent: 'me/1' }],
  ['keep-alive', 'yes', { keepAlive: true }],
  ['insecure', 'true', { insecure: true }],
  ['ipv4', 'on', { family: 4 }],
  ['ipv6', '1', { family: 6 }],
  ['ipv6', 'off', { family: 0 }],
  ['ipv', '4', { family: 4 }],
  ['ipv', 'both', { family: 'both' }],
  ['ipv', 'any', { family: 0 }],
  ['http2', 'on', { http2: true }],
  ['recheck', '0', { recheck: false }],
]
for (const row of TAKEN) test(sets, ...row)

for (const setting of PLAIN_SETTINGS.values()) {
  // Those without a default, and those of which there can be several, have no text for it.
  if (setting.initial === null || setting.takes === 'values') continue
  test(`${setting.name} takes its default`, (t) => {
    const override = parseOverride(setting.name, setting.initialText as string)
    t.deepEqual(override.type === 'setting' && override.overrides, optionOf(setting, setting.initial))
  })
}

const refuses = test.macro({
  exec: (t, key: string, value: string, at: 'key' | 'value', why: RegExp) => {
    const error = t.throws(() => parseOverride(key, value), { instanceOf: OverrideError, message: why })
    t.is(error.part, at)
    t.false(error.message.includes('secret'))
  },
  title: (_, key, value) => `refuses ${JSON.stringify(key)}=${JSON.stringify(value)}`,
})

test(refuses, 'interval', '10', 'value', /^interval: not a duration: did you mean 10s\?$/)
test(refuses, 'interval', '0s', 'value', /^interval: too short/)
test(refuses, 'method', 'get', 'value', /^method: methods are written in capitals: did you mean GET\?$/)
test(refuses, 'keep-alive', 'secret', 'value', /^keep-alive: must be on or off$/)
test(refuses, 'max-redirects', '101', 'value', /from 0 to 100/)
test(refuses, 'intervall', '10s', 'key', /^unknown setting "intervall": did you mean "interval"\?$/)
test(
  refuses,
  'cacert',
  'ca.pem',
  'key',
  /^unknown setting "cacert": --cacert FILE is for all URLs; for one, use insecure=on/,
)
test(refuses, 'Interval', '10s', 'key', /did you mean "interval"/)
test(
  refuses,
  'password',
  'secret',
  'key',
  /use one of interval, .*, header\.NAME, response\.NAME, label\.NAME$/,
)
test(refuses, '__proto__', 'x', 'key', /unknown setting/)
test(refuses, 'constructor', 'x', 'key', /unknown setting/)
test(refuses, 'header.', 'secret', 'key', /^header: the name is missing/)
test(refuses, 'header.a b', 'secret', 'key', /not allowed in a header/)
test(refuses, 'header.X-Key', 'secret\r\nx: y', 'value', /^header\.X-Key: .* not allowed in a header$/)
test(refuses, 'header.User-Agent', 'secret', 'key', /use user-agent/)
test(refuses, 'header.Transfer-Encoding', 'chunked', 'key', /can't be set/)
test(refuses, 'user-agent', 'secret\u0000', 'value', /^user-agent: .* not allowed in a header$/)
test(refuses, 'label.', 'x', 'key', /^label: the name is missing/)
test(refuses, 'label.a\u001b', 'x', 'key', /invisible character/)
test(refuses, 'label.a', '\u001b[31m', 'value', /control character/)

/** What some keys and values say. */
function said(...pairs: [string, string][]) {
  const saying = new UrlSettingsBuilder()
  for (const [key, value] of pairs) saying.add(key, value)
  return saying.settings
}

test('settings of a URL and its defaults are merged', (t) => {
  t.deepEqual(said(), NO_URL_SETTINGS)
  t.deepEqual(said(['interval', '1s'], ['header.A', 'b'], ['header.C', ' d '], ['label.team', 'web']), {
    overrides: {
      intervalMs: 1_000,
      headers: [
        ['A', 'b'],
        ['C', 'd'],
      ],
    },
    labels: { team: 'web' },
  })
})

test('a setting given twice is an error', (t) => {
  t.throws(() => said(['interval', '1s'], ['interval', '1s']), { message: 'interval: already set' })
  t.throws(() => said(['header.A', '1'], ['header.a', '2']), {
    message: 'header.a: already set by header.A',
  })
  t.throws(() => said(['ipv4', 'on'], ['ipv6', 'on']), { message: 'ipv6: already set by ipv4' })
  t.throws(() => said(['label.a', '1'], ['label.a', '2']), { message: 'label.a: already set' })
  t.notThrows(() => said(['label.a', '1'], ['label.A', '2']))
})

test('__proto__ is a label like others', (t) => {
  const { labels } = said(['label.__proto__', 'x'], ['label.constructor', 'y'])
  t.is(JSON.stringify(labels), '{"__proto__":"x","constructor":"y"}')
  const merged = mergeDefaults({ overrides: null, labels })(said(['label.a', 'z']))
  t.is(JSON.stringify(merged.labels), '{"__proto__":"x","constructor":"y","a":"z"}')
  t.is(({} as Record<string, unknown>)['x'], undefined)
})

test('settings of a URL override those of its group', (t) => {
  const group = said(
    ['interval', '1s'],
    ['timeout', '2s'],
    ['header.A', '1'],
    ['header.B', '2'],
    ['label.x', 'y'],
  )
  const own = said(['timeout', '3s'], ['header.b', '4'])
  t.deepEqual(mergeDefaults(group)(own), {
    overrides: {
      intervalMs: 1_000,
      timeoutMs: 3_000,
      headers: [
        ['A', '1'],
        ['b', '4'],
      ],
    },
    labels: { x: 'y' },
  })
  t.is(mergeDefaults(group)(NO_URL_SETTINGS).overrides, group.overrides)
  t.is(mergeDefaults(NO_URL_SETTINGS)(own).overrides, own.overrides)
  const inGroup = mergeDefaults(group)
  t.is(inGroup(own).overrides, inGroup({ ...own, labels: { other: 'labels' } }).overrides)
})
