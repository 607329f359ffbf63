import type { Notification } from '../../src/alerts/notification.ts'
import { makeAlert, makeNotification } from './notification.ts'

/** Texts with which a server or a list could want more than to be shown. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  'control characters': 'a\u0000b\u001b[2Jc\r\nBcc: x@evil.example\u0085\u009b1m',
  bidi: '\u202egpj.exe\u202c \u2066\u2067x\u2069 \u200f\u200e\u061c',
  'right to left': 'שלום 503 עולם',
  invisible: 'a\u200b\u200d\u00ad\ufeff\u{e0041}b',
  'half a pair': 'a\ud83d b\ude00',
  long: `${'long '.repeat(2_000)}end`,
  'long escapes': '\u202e'.repeat(10_000),
  mentions: '@everyone @here @channel <!channel> <!here> <@U0123> <@&1> <@1> <#C01> @admin /stop #tag',
  markdown:
    '**b** *i* _u_ ~~s~~ `c` ```x``` ||spoiler|| > q\n# h\n- l [text](https://evil.example) ![i](https://evil.example/i.png)',
  'slack links': '<https://evil.example|your bank> &lt;!channel&gt; <!date^0^{date}^https://evil.example|x>',
  html: '<script>alert(1)</script> <b>b</b> <img src=x onerror=alert(1)> </td></table> &amp; "\' <a href="https://evil.example">x</a>',
  'template functions':
    '{{DATE(2017-02-14T06:08:00Z,SHORT)}} ${SECRET} @{triggerBody()} <at>everyone</at> {{url}}',
  link: 'https://evil.example/login www.evil.example mailto:a@evil.example',
}

/** A notification that has `text` wherever text of others can stand, in `count` alerts. */
export function makeHostile(text: string, count = 1): Notification {
  const base = makeAlert()
  const state = base.state === null ? null : { ...base.state, detail: text, reason: 'status' }
  const alert = makeAlert({
    url: `https://a.example/${text}`,
    summary: text,
    labels: { team: text, [text]: 'x' },
    state,
  })
  return makeNotification({
    alerts: Array.from({ length: count }, () => alert),
    commonLabels: { team: text },
    commonHost: count === 1 ? '' : text,
    rule: text,
  })
}

/** So many URLs of one host that are down. */
export function makeStorm(total: number, fields: Partial<Notification> = {}): Notification {
  const alerts = Array.from({ length: Math.min(total, 20) }, (_, n) =>
    makeAlert({
      key: `a${n}`,
      url: `https://shop.example/products/${n}`,
      since: makeNotification().at - 60_000 - n * 1_000,
    }),
  )
  return makeNotification({ alerts, total, firing: total, ...fields })
}
