import type { ResourceId } from '../../resource/resource.ts'
import type { LatestState } from '../../state/latest-state.ts'
import type { StateMap } from '../../state/state-map.ts'
import type { DocumentFormat } from './document-printer.ts'
import { escapeText } from './escape.ts'
import { parseLabels } from '../../resource/labels.ts'
import { statusText } from './state-text.ts'

/** Maximum length of a text from a server, in UTF-16 units. */
const MAX_TEXT_LENGTH = 500

/**
 * JUnit XML as CI systems read it: https://github.com/testmoapp/junitxml. A URL is a test case. `down` is a failure;
 * `unknown` is an error, and so is a URL that was not polled because the run ended early. A label is a property.
 */
export const junitDocument: DocumentFormat = {
  header({ at, urls, counts }) {
    const totals = `tests="${urls}" failures="${counts.down}" errors="${counts.unknown + counts.pending}" skipped="0"`
    return (
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="headcount" ${totals}>\n` +
      `  <testsuite name="headcount" ${totals} timestamp="${new Date(at).toISOString()}">\n`
    )
  },
  row(map: StateMap, id: ResourceId) {
    const latest = map.get(id)
    const time = ((map.history?.durationMs(id) ?? 0) / 1000).toFixed(4)
    const attributes = `classname="${escapeXml(new URL(latest.url).host)}" name="${escapeXml(latest.url)}" time="${time}"`
    const outcome = propertiesXml(map.labels(id)) + outcomeXml(latest)
    return outcome === ''
      ? `    <testcase ${attributes}/>\n`
      : `    <testcase ${attributes}>${outcome}</testcase>\n`
  },
  footer: '  </testsuite>\n</testsuites>\n',
}

function propertiesXml(labels: string): string {
  const properties = Object.entries(parseLabels(labels)).map(
    ([name, value]) => `<property name="${escapeXml(name)}" value="${escapeXml(value)}"/>`,
  )
  return properties.length === 0 ? '' : `<properties>${properties.join('')}</properties>`
}

function outcomeXml(latest: LatestState): string {
  const what = `type="${latest.reason}" message="${escapeXml(statusText(latest, MAX_TEXT_LENGTH))}"`
  switch (latest.verdict) {
    case 'up':
      return ''
    case 'down':
      return `<failure ${what}/>`
    case 'unknown':
      return `<error ${what}/>`
    case 'pending':
      return '<error type="pending" message="not polled: the run ended before"/>'
    default:
      return latest.verdict satisfies never
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Escapes an attribute. XML 1.0 cannot contain C0 characters, U+FFFE, U+FFFF or unpaired surrogates at all. */
function escapeXml(text: string): string {
  return escapeText(text, Number.POSITIVE_INFINITY)
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (c) => ENTITIES[c] as string)
}
