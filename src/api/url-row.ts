import { parseLabels } from '../resource/labels.ts'
import { isoDate } from '../resource/iso-date.ts'
import { stateFields, zoneFields } from '../print/text/json.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { LatestPolls } from '../state/latest-polls.ts'
import type { StateMap } from '../state/state-map.ts'

/**
 * A URL in JSON: the fields of JSON lines, `since`, and `id`, its number in the wall of the page. Null stands for what is not known because the URL was not polled yet, or not
 * since the monitor was replaced.
 */
export function urlFields(map: StateMap, latest: LatestPolls, id: ResourceId): object {
  const { url, verdict, reason: known, status, errCount, text } = map.get(id)
  const reason = verdict === 'pending' ? null : known
  const labels = map.labels(id)
  const zones = map.zones.of(id)
  const since = latest.since(id) === 0 ? null : isoDate(latest.since(id))
  const poll = reason === null ? null : latest.get(id)
  const isPhrase = status !== 0 && (reason === 'ok' || reason === 'status')
  const other = poll?.otherText ?? ''
  const [statusText, detail] = isPhrase ? [text, other] : [other, text]
  if (poll === null || reason === null || verdict === 'pending') {
    const facts = { url, verdict, reason, status: status === 0 ? null : status, detail, errCount }
    const said = zones.length === 0 ? {} : { zones: zones.map(zoneFields) }
    return { ...UNPOLLED, ...facts, labels: parseLabels(labels), ...said, since, id }
  }
  const { last, ...facts } = poll
  const state = {
    ...facts,
    ...(last === null ? {} : { last: { ...last, needed: 0 } }),
    id,
    generation: 0,
    verdict,
    reason,
    status,
    statusText,
    detail,
    errCount,
    // URLs that differ only in their credentials are numbered, which is no part of the URL.
    finalUrl: poll.finalUrl ?? url.replace(/#\d+$/, ''),
  }
  return { ...stateFields(url, state, labels, zones), since, id }
}

/** In the order of JSON lines. */
const UNPOLLED = {
  type: 'state',
  at: null,
  url: '',
  verdict: 'pending',
  reason: null,
  status: null,
  statusText: '',
  detail: '',
  method: null,
  errCount: 0,
  durationMs: null,
  phasesMs: null,
  lateMs: null,
  stalledMs: null,
  redirects: null,
  finalUrl: null,
  address: null,
  httpVersion: null,
  tls: null,
  rechecked: null,
  poller: null,
  labels: {},
} satisfies Record<Exclude<keyof ReturnType<typeof stateFields>, 'answer' | 'consecutive' | 'zones'>, unknown>
