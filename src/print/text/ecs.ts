import { parseLabels } from '../../resource/labels.ts'
import type { Verdict } from '../../resource/resource.ts'
import type { ShownState } from '../../state/shown-state.ts'
import { LEVELS } from './change-printer.ts'
import type { Change, ChangeFormat } from './change-printer.ts'
import { escapeText } from './escape.ts'
import { isoDate } from '../../resource/iso-date.ts'
import { jsonText } from './json.ts'
import { countsText } from './state-text.ts'
import type { Summary } from './summary.ts'

/** The version of the Elastic Common Schema whose fields these are. Fields of headcount's own begin with `headcount.`. */
export const ECS_VERSION = '9.4.0'

const OUTCOMES: Readonly<Record<Verdict, string>> = {
  up: 'success',
  down: 'failure',
  unknown: 'unknown',
  pending: 'unknown',
}

const NS_PER_MS = 1_000_000

/** Maximum length of a text from a server, in UTF-16 units. */
const MAX_TEXT_LENGTH = 500

/** Lines of JSON with the fields of the Elastic Common Schema, their names written with dots, as its libraries for logging do. */
export const ecs: ChangeFormat = {
  change({ at, latest, labels, before, poll, message }: Change) {
    const { url, verdict, reason, status, text } = latest
    const wasKnown = before.verdict !== 'pending'
    return line(at, LEVELS[verdict], message, {
      'event.kind': 'event',
      'event.dataset': 'headcount.change',
      'event.action': `url-${verdict}`,
      'event.outcome': OUTCOMES[verdict],
      'event.reason': reason ?? undefined,
      ...urlFields(url),
      'http.response.status_code': status === 0 ? undefined : status,
      'error.message': verdict === 'up' || text === '' ? undefined : escapeText(text, MAX_TEXT_LENGTH),
      ...(poll === null ? {} : pollFields(poll)),
      labels: labelFields(labels),
      'headcount.verdict': verdict,
      'headcount.previous_verdict': wasKnown ? before.verdict : undefined,
      'headcount.previous_since': wasKnown && before.since !== 0 ? isoDate(before.since) : undefined,
    })
  },

  summary(summary: Summary) {
    const { at, urls, counts, polls, pollsPerSecond, mainStats } = summary
    return line(at, 'info', countsText(summary), {
      'event.kind': 'metric',
      'event.dataset': 'headcount.summary',
      'headcount.urls': urls,
      'headcount.up': counts.up,
      'headcount.down': counts.down,
      'headcount.unknown': counts.unknown,
      'headcount.pending': counts.pending,
      'headcount.polls': polls,
      'headcount.polls_per_second': Number(pollsPerSecond.toFixed(1)),
      'headcount.skipped': mainStats.skipped,
    })
  },
}

/** The first four fields are those that every line of a log has in this schema, in their order. */
function line(at: number, level: string, message: string, fields: object): string {
  const json = jsonText({
    '@timestamp': isoDate(at),
    'log.level': level,
    message,
    'ecs.version': ECS_VERSION,
    'event.module': 'headcount',
    'event.category': ['network'],
    'event.type': ['info'],
    ...fields,
  })
  return `${json}\n`
}

function urlFields(full: string) {
  const { protocol, hostname, port } = new URL(full)
  return {
    'url.full': full,
    'url.scheme': protocol.slice(0, -1),
    'url.domain': hostname === '' ? undefined : hostname,
    'url.port': port === '' ? undefined : Number(port),
  }
}

function pollFields({ method, httpVersion, address, durationMs, tls }: ShownState) {
  return {
    'event.duration': Math.round(durationMs * NS_PER_MS),
    'http.request.method': method === '' ? undefined : method,
    'http.version': httpVersion === '' ? undefined : httpVersion,
    // An address with a zone is none of the type ip.
    'server.ip': address === '' || address.includes('%') ? undefined : address,
    'tls.version': tls === null ? undefined : tls.protocol.replace(/^(?:TLS|SSL)v/, ''),
    'tls.server.not_after': (tls === null ? null : isoDate(tls.expiresAt)) ?? undefined,
  }
}

/** A dot in the name of a label would make an object of it. A name that another label has then gets a `_` more. */
function labelFields(labels: string): Readonly<Record<string, string>> | undefined {
  if (labels === '') return undefined
  const all = Object.entries(parseLabels(labels))
  const fields = new Map(all.filter(([name]) => !name.includes('.')))
  for (const [label, value] of all) {
    if (!label.includes('.')) continue
    let name = label.replaceAll('.', '_')
    while (fields.has(name)) name += '_'
    fields.set(name, value)
  }
  return Object.fromEntries(fields)
}
