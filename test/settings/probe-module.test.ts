import test from 'ava'
import { BUILT_IN_MODULE } from '../../src/settings/probe-module.ts'

test('without --probe-config, one GET that any 2xx answers makes a probe succeed', (t) => {
  const { name, prober, rules } = BUILT_IN_MODULE
  t.deepEqual([name, prober], ['http_2xx', 'http'])
  t.like(rules, { method: 'GET', validStatusCodes: [], followRedirects: true, preferred: 6, fallback: true })
  t.deepEqual(structuredClone(BUILT_IN_MODULE), BUILT_IN_MODULE)
})
