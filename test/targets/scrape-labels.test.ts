import test from 'ava'
import { withoutInternalLabels, overridesOf, targetUrl } from '../../src/targets/scrape-labels.ts'

const asks = test.macro({
  exec(t, target: string, labels: Record<string, string>, url: string) {
    t.is(targetUrl(target, labels), url)
  },
  title: (_, target: string, labels, url: string) => `${target} ${JSON.stringify(labels)} is ${url}`,
})

test(asks, 'https://a.example/x?y', {}, 'https://a.example/x?y')
test(asks, 'HTTP://a.example', {}, 'HTTP://a.example')
test(asks, 'a.example', {}, 'http://a.example')
test(asks, 'a.example:8443', { __scheme__: 'https' }, 'https://a.example:8443')
test(asks, '[::1]:80', { __metrics_path__: '/metrics' }, 'http://[::1]:80/metrics')
test(asks, 'a.example', { __metrics_path__: 'm?x#y' }, 'http://a.example/m%3Fx%23y')
test(
  asks,
  'a.example',
  { __param_b: '1 &', __param_a: 'ü', __param_: 'none' },
  'http://a.example?a=%C3%BC&b=1+%26',
)
test(asks, 'a.example', { __metrics_path__: '/m', __param_q: '' }, 'http://a.example/m')
test(asks, 'a.example/own?x', { __metrics_path__: '/m', __param_q: '1' }, 'http://a.example/own?x')
test(
  asks,
  'https://a.example',
  { __metrics_path__: '/m', __scheme__: 'http', __param_q: '1', __address__: 'b.example' },
  'https://a.example',
)
test(asks, 'tcp://a.example', {}, 'tcp://a.example')
test(asks, 'a.example', { __scheme__: '', __metrics_path__: '' }, 'http://a.example')
// As those have it who ask blackbox_exporter.
const PROBE = {
  __metrics_path__: '/probe',
  __scheme__: 'https',
  __param_module: 'http_2xx',
  __param_debug: 'true',
}
test(asks, 'blackbox:9115', { ...PROBE, __param_target: 'https://a.example/' }, 'https://a.example/')
test(asks, 'blackbox:9115', { __param_target: 'a.example/x' }, 'http://a.example/x')
test(asks, 'a.example', PROBE, 'http://a.example')
test(asks, 'https://a.example', PROBE, 'https://a.example')
test(asks, 'a.example', { __param_target: '' }, 'http://a.example')

test('interval and timeout become overrides', (t) => {
  t.is(overridesOf({ interval: '1s' }), null)
  t.deepEqual(overridesOf({ __scrape_interval__: '1m30s' }), { intervalMs: 90_000 })
  t.deepEqual(overridesOf({ __scrape_timeout__: '5s' }), { timeoutMs: 5_000 })
  t.throws(() => overridesOf({ __scrape_timeout__: '5' }), {
    instanceOf: RangeError,
    message: '__scrape_timeout__: not a duration: did you mean 5s?',
  })
})

test('labels that begin with __ go', (t) => {
  t.is(withoutInternalLabels({}), null)
  t.is(withoutInternalLabels({ __meta_x: 'y' }), null)
  t.deepEqual(withoutInternalLabels({ team: 'web', __meta_x: 'y', _one: 'z' }), { team: 'web', _one: 'z' })
  t.is(withoutInternalLabels(JSON.parse('{"__proto__": "x"}') as Record<string, string>), null)
})
