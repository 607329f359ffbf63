import { createHash } from 'node:crypto'
import { formatDuration } from '../../resource/format-duration.ts'
import { isoDate } from '../../resource/iso-date.ts'
import type { IncidentAnswer, IncidentReason } from '../../history/record/history-question.ts'
import { checkNames } from './api-parameters.ts'
import { taggedResponse } from './api-response.ts'
import { escapeXml } from './badge-svg.ts'
import { INCIDENT_PARAMETERS, parseIncidentFilter, unknownUrl } from './history-endpoints.ts'
import { readIncidents } from './read-incidents.ts'
import type { RecorderClient } from './recorder-client.ts'
import type { RequestProgress } from './request-progress.ts'

/** Incidents of a feed, and how far it goes back, in ms. */
const MAX_ENTRIES = 50
const RANGE_MS = 90 * 86_400_000

/** A reader need not ask more often, in s. */
const MAX_AGE_S = 60

/** The parameters of the feed: those of incidents that choose URLs. */
export const FEED_PARAMETERS = INCIDENT_PARAMETERS.filter(({ name }) => name === 'u' || name === 'label.NAME')

/** Answers with the latest incidents as Atom (RFC 4287). `now`: in ms since the epoch. Rejects as the API does. */
export async function feedResponse(
  recorder: Pick<RecorderClient, 'ask'>,
  request: Request,
  progress: Pick<RequestProgress, 'hold'>,
  now: number,
): Promise<Response> {
  const { searchParams: query } = new URL(request.url)
  checkNames(query, FEED_PARAMETERS)
  const wanted = { filter: parseIncidentFilter(query), from: now - RANGE_MS, to: now, limit: MAX_ENTRIES }
  const incidents = await readIncidents(recorder, wanted)
  if (incidents === null) throw unknownUrl()
  const headers = {
    'Content-Type': 'application/atom+xml; charset=utf-8',
    'Cache-Control': `private, max-age=${MAX_AGE_S}`,
  }
  return taggedResponse(feedXml(incidents, request.url), headers, request.headers, progress)
}

/** The feed of incidents. `url`: where it is. */
export function feedXml(incidents: readonly IncidentAnswer[], url: string): string {
  const updated = Math.max(0, ...incidents.map(updatedAt))
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `<id>${uuidUrn(`feed ${url}`)}</id>`,
    '<title>Incidents</title>',
    `<link rel="self" type="application/atom+xml" href="${escapeXml(url)}"/>`,
    `<updated>${isoDate(updated)}</updated>`,
    '<author><name>headcount</name></author>',
    ...incidents.map(entryXml),
    '</feed>\n',
  ].join('\n')
}

function entryXml(incident: IncidentAnswer): string {
  const { url, verdict, begin, end, maintenance, reasons } = incident
  const what =
    end === null ? `${url} is ${verdict}` : `${url} was ${verdict} for ${formatDuration(end - begin)}`
  const title = maintenance ? `${what}, begun in maintenance` : what
  return [
    '<entry>',
    // Stays the same if the history is lost or moved.
    `<id>${uuidUrn(`incident ${url} ${begin}`)}</id>`,
    `<title>${escapeXml(title)}</title>`,
    `<published>${isoDate(begin)}</published>`,
    `<updated>${isoDate(updatedAt(incident))}</updated>`,
    `<category term="${verdict}"/>`,
    `<content type="text">${escapeXml(reasons.map(reasonLine).join('\n'))}</content>`,
    '</entry>',
  ].join('\n')
}

function reasonLine({ at, reason, status, text, polls }: IncidentReason): string {
  const what = [status, text].filter((part) => part !== null && part !== '').join(' ')
  return `${isoDate(at)} ${reason}${what === '' ? '' : `: ${what}`} (${polls} ${polls === 1 ? 'poll' : 'polls'})`
}

function updatedAt({ begin, end, reasons }: IncidentAnswer): number {
  return end ?? reasons.at(-1)?.at ?? begin
}

/** A name-based UUID as in version 8 of RFC 9562, of the SHA-256 of a text. */
function uuidUrn(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return `urn:uuid:${bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`
}
