import type { Expectation, SentNotification } from './rule-test.ts'
import { expectedText, sentText } from './test-text.ts'

/** How what was sent differs from what was expected, a line each; none: it does not. */
export function differencesOf(
  expected: readonly Expectation[],
  sent: readonly SentNotification[],
): readonly string[] {
  const lines: string[] = []
  for (let n = 0; n < Math.max(expected.length, sent.length); n++) {
    const [wanted, got] = [expected[n], sent[n]]
    if (wanted === undefined) lines.push(`not expected: ${sentText(got as SentNotification)}`)
    else if (got === undefined) lines.push(`${wanted.place}: not sent: ${expectedText(wanted)}`)
    else if (!fits(wanted, got))
      lines.push(`${wanted.place}: expected: ${expectedText(wanted)}\n  sent: ${sentText(got)}`)
  }
  return lines
}

function fits(wanted: Expectation, { at, to, notification }: SentNotification): boolean {
  const { status, cause, kind, rule, total, alerts } = notification
  const same = <T>(want: T | null, got: T) => want === null || want === got
  const urls = alerts.map(({ url, group }) => (url === '' ? group : url)).toSorted()
  return (
    same(wanted.at, at) &&
    same(wanted.to, to) &&
    same(wanted.status, status) &&
    same(wanted.cause, cause) &&
    same(wanted.alert, kind) &&
    same(wanted.rule, rule) &&
    same(wanted.total, total) &&
    same(wanted.urls === null ? null : JSON.stringify(wanted.urls.toSorted()), JSON.stringify(urls))
  )
}
