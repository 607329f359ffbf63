import type { ResourceId } from '../../resource/resource.ts'
import type { LatestState } from '../../state/latest-state.ts'
import type { StateMap } from '../../state/state-map.ts'
import type { DocumentFormat } from './document-printer.ts'
import { escapeText } from './escape.ts'
import { parseLabels } from '../../resource/labels.ts'
import { statusText } from './state-text.ts'
import type { Summary } from './summary.ts'

/** Maximum length of a text from a server, in UTF-16 units. */
const MAX_TEXT_LENGTH = 500

/**
 * JUnit XML as Jenkins and GitLab read it. A URL is a test case. `down` is a failure; `unknown` is an error, and so is a URL that was not
 * polled because the run ended early. Labels are text: a test case has no properties by the schema of Jenkins' xUnit plugin.
 */
export const junitDocument: DocumentFormat = {
  header(summary) {
    const { at, urls, counts } = summary
    const totals = `tests="${urls}" failures="${counts.down}" errors="${counts.unknown + counts.pending}"`
    const time = `time="${elapsedSeconds(summary).toFixed(3)}"`
    return (
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="headcount" ${totals} ${time}>\n` +
      `  <testsuite name="headcount" ${totals} skipped="0" ${time} timestamp="${new Date(at).toISOString()}">\n`
    )
  },
  row(map: StateMap, id: ResourceId) {
    const latest = map.get(id)
    const time = ((map.recentPolls?.durationMs(id) ?? 0) / 1000).toFixed(4)
    const attributes = `classname="${escapeXml(new URL(latest.url).host)}" name="${escapeXml(latest.url)}" time="${time}"`
    const content = outcomeXml(latest) + outputXml(latest, map.labels(id))
    return content === ''
      ? `    <testcase ${attributes}/>\n`
      : `    <testcase ${attributes}>${content}</testcase>\n`
  },
  footer: '  </testsuite>\n</testsuites>\n',
}

/** How long the run took. */
function elapsedSeconds({ polls, pollsPerSecond }: Summary): number {
  return polls === 0 ? 0 : polls / pollsPerSecond
}

function outputXml(latest: LatestState, labels: string): string {
  const texts = Object.entries(parseLabels(labels)).map(([name, value]) => `${name}=${value}`)
  if (isUnusual(latest)) texts.unshift(`accepted: ${statusText(latest, MAX_TEXT_LENGTH)}`)
  return texts.length === 0 ? '' : `<system-out>${texts.map(escapeXml).join('\n')}</system-out>`
}

/** Whether it is up only because a setting says so: `accept`, or `want=down`. */
function isUnusual({ verdict, reason, status, text }: LatestState): boolean {
  if (verdict !== 'up' || reason !== 'ok') return false
  return status === 0 ? text.startsWith('no answer (') : status < 200 || status > 299
}

function outcomeXml(latest: LatestState): string {
  switch (latest.verdict) {
    case 'up':
      return ''
    case 'down':
      return outcome('failure', latest.reason ?? 'down', statusText(latest, MAX_TEXT_LENGTH), latest.url)
    case 'unknown':
      return outcome('error', latest.reason ?? 'unknown', statusText(latest, MAX_TEXT_LENGTH), latest.url)
    case 'pending':
      return outcome('error', 'pending', 'not polled: the run ended before', latest.url)
    default:
      return latest.verdict satisfies never
  }
}

/** GitLab shows the text of the element, Jenkins its message, too. The type, where the message says it twice, is said once. */
function outcome(element: string, type: string, message: string, url: string): string {
  const [before = '', ...detail] = message.split(' ')
  const text = escapeXml(before === `${type}:` && detail.includes(type) ? detail.join(' ') : message)
  return `<${element} type="${type}" message="${text}">${escapeXml(url)}: ${text}</${element}>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Escapes a text. XML 1.0 cannot contain C0 characters, U+FFFE, U+FFFF or unpaired surrogates at all. */
function escapeXml(text: string): string {
  return escapeText(text, Number.POSITIVE_INFINITY)
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (c) => ENTITIES[c] as string)
}
