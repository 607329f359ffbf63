import test from 'ava'
import type { AlertConfig } from '../../../src/alerts/alert-rule.ts'
import { receiversOf } from '../../../src/alerts/run/create-parts.ts'

const OPTIONS = { userAgent: 'test', ca: null }

const configOf = (url: string, perMinute: number): AlertConfig => ({
  receivers: [
    {
      name: 'ops',
      type: 'webhook',
      settings: { url, headers: [], body: null, secret: null },
      fallback: null,
      fallbackAfterMs: 0,
      perMinute,
    },
  ],
  rules: [],
  maintenance: [],
  heartbeat: null,
})

// That of a mail knows which addresses are left of one that was put off for some.
test('what sends to a receiver goes on when the configuration is read again, unless it has other settings', (t) => {
  const first = receiversOf(configOf('http://127.0.0.1/', 60), OPTIONS)
  const second = receiversOf(configOf('http://127.0.0.1/', 30), OPTIONS, first)
  t.is(second.get('ops')?.sender, first.get('ops')?.sender)
  t.is(second.get('ops')?.perMinute, 30)
  const third = receiversOf(configOf('http://127.0.0.1/other', 30), OPTIONS, second)
  t.not(third.get('ops')?.sender, second.get('ops')?.sender)
})
