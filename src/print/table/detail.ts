import { counted } from '../../resource/counted.ts'
import { textOf } from '../../state/latest-state.ts'
import { reasonHelp } from '../../state/reason-help.ts'
import type { ShownState } from '../../state/shown-state.ts'
import { escapeText } from '../text/escape.ts'
import { formatLabels } from '../../resource/labels.ts'
import { formatDuration } from '../../resource/format-duration.ts'
import { statusText } from '../text/state-text.ts'
import { timeCell, displayUrl } from './cells.ts'
import { curlLines } from './curl.ts'
import { VERDICT_STYLES } from './style.ts'
import type { Style } from './style.ts'
import { nextPollText } from './next-poll-text.ts'
import type { DetailPage } from './view.ts'
import type { ScreenSize } from '../../runtime/screen.ts'
import { zoneTexts } from './zone-lines.ts'
import { waterfallLines } from './waterfall.ts'
import { truncateTo, padStartTo, padEndTo, wrapTo } from './width.ts'

const LABEL_WIDTH = 13

/** With fewer rows, the times of the phases are in the list of polls only. */
const MIN_ROWS_FOR_WATERFALL = 30

/** Characters of a status, which goes on over more lines. */
const MAX_STATUS_LENGTH = 240

/** The page of one URL: what is known of it, and its last polls. */
export function detailLines(page: DetailPage, now: number, size: ScreenSize, style: Style): string[] {
  const { columns } = size
  const { latest, recentPolls, labels, settings, states } = page
  const name = displayUrl(latest.url)
  const field = (label: string, text: string) => truncateTo(`${padEndTo(label, LABEL_WIDTH)}${text}`, columns)
  const lines = [style('bold', truncateTo(name, columns))]
  if (name !== latest.url) lines.push(field('as asked', latest.url))
  if (labels !== '') lines.push(field('labels', escapeText(formatLabels(labels), columns)))
  if (settings !== '') lines.push(...settingLines(settings, size))
  // Over as many lines as it needs: what is cut can't be copied.
  if (page.curl) lines.push('', ...curlLines(page, columns), '')
  if (latest.verdict === 'pending') return [...lines, field('verdict', 'pending')]
  const status = statusText(latest, MAX_STATUS_LENGTH)
  const { changedAt } = recentPolls
  const since = changedAt === 0 ? '' : `, since ${formatDuration(now - changedAt)}`
  lines.push(
    field('verdict', '') +
      style(VERDICT_STYLES[latest.verdict], truncateTo(latest.verdict + since, columns - LABEL_WIDTH)),
    ...lastAnswer(page).map((text) => field('last answer', text)),
    ...zoneTexts(page.zones, now).map((text, n) => field(n === 0 ? 'zones' : '', text)),
    ...wrapTo(status, columns - LABEL_WIDTH).map((text, n) => field(n === 0 ? 'status' : '', text)),
    ...helpTexts(page, columns).map((text, n) => field(n === 0 ? 'to do' : '', text)),
    field('up', upText(page)),
    field('certificate', certificateText(recentPolls.expiresAt, now)),
  )
  const [newest] = states
  if (newest === undefined) return [...lines, field('last polls', 'its next poll will be shown here')]
  lines.push(
    field(
      'asked',
      `${newest.method === '' ? schemeIn(latest.url) : newest.method} by poller ${newest.poller}, ${formatDuration(now - newest.at)} ago${newest.rechecked ? ', second attempt' : ''}`,
    ),
    ...[nextPollText(page, now)].filter((text) => text !== '').map((text) => field('next poll', text)),
    field('address', newest.address === '' ? 'none reached' : newest.address),
    field('protocol', protocolText(newest, latest.url)),
    field(
      'redirects',
      newest.redirects === 0 ? 'none' : `${newest.redirects}, to ${displayUrl(newest.finalUrl)}`,
    ),
  )
  // That of the status, unless a newer poll has another one.
  const detail = escapeText(newest.detail, MAX_STATUS_LENGTH)
  if (newest.status !== 0 && !status.includes(detail)) lines.push(field('detail', detail))
  if (size.rows >= MIN_ROWS_FOR_WATERFALL) lines.push('', ...waterfallLines(newest, columns))
  const [head = '', ...polls] = pollTable(states, columns)
  return [...lines, '', style('dim', head), ...polls]
}

/** All settings, or as many as leave room for the rest of the page. */
function settingLines(settings: string, { columns, rows }: ScreenSize): string[] {
  const width = columns - LABEL_WIDTH
  const all = wrapTo(escapeText(settings.replaceAll('\n', ' '), settings.length), width)
  const most = Math.max(1, Math.floor(rows / 5))
  const lines = all.length <= most ? all : [...all.slice(0, most - 1), all.slice(most - 1).join(' ')]
  return lines.map((text, n) => padEndTo(n === 0 ? 'settings' : '', LABEL_WIDTH) + truncateTo(text, width))
}

/** What to do about its reason. */
function helpTexts({ latest: { reason } }: DetailPage, columns: number): string[] {
  const action = reason === null ? '' : reasonHelp(reason).action
  return action === '' ? [] : wrapTo(action, columns - LABEL_WIDTH)
}

/** What the last poll found, of a URL whose verdict depends on more than that. */
function lastAnswer({ states: [newest] }: DetailPage): string[] {
  const last = newest?.last
  if (last === undefined) return []
  if (last.consecutive === 0) return [last.answer]
  return [`${last.answer}, in ${counted(last.consecutive, 'poll')} in a row; it counts after ${last.needed}`]
}

function upText({ latest, recentPolls }: DetailPage): string {
  const share = Number.isNaN(recentPolls.upShare)
    ? 'nothing known yet'
    : `${(recentPolls.upShare * 100).toFixed(2)} % of polls since the start`
  return latest.errCount === 0 ? share : `${share}; ${counted(latest.errCount, 'error')} in a row`
}

function certificateText(expiresAt: number, now: number): string {
  if (expiresAt === 0) return 'none known'
  const day = new Date(expiresAt).toISOString().slice(0, 10)
  return expiresAt < now ? `expired ${day}` : `until ${day}, ${formatDuration(expiresAt - now)}`
}

function protocolText({ method, httpVersion, tls }: ShownState, url: string): string {
  const http = httpVersion === '' ? 'no answer' : `HTTP/${httpVersion}`
  const protocol = method === '' ? schemeIn(url) : http
  return tls === null ? protocol : `${protocol} over ${tls.protocol}`
}

function schemeIn(url: string): string {
  return url.slice(0, url.indexOf(':'))
}

const TIMES: readonly (readonly [name: string, ms: (state: ShownState) => number])[] = [
  ['TOOK', ({ durationMs }) => durationMs],
  ['DNS', ({ phasesMs }) => phasesMs.dns],
  ['CONNECT', ({ phasesMs }) => phasesMs.connect],
  ['TLS', ({ phasesMs }) => phasesMs.tls],
  ['WAIT', ({ phasesMs }) => phasesMs.wait],
  ['LATE', ({ lateMs }) => lateMs],
]
const TIME_WIDTH = 7

/** The times that give way to what a poll found, the first one first. */
const GIVE_WAY = ['LATE', 'DNS', 'TLS', 'CONNECT', 'WAIT']

/** What a poll found keeps this many columns before a time gives way. */
const MIN_WHAT_WIDTH = 22

/** The last polls, below the names of the columns. */
function pollTable(states: readonly ShownState[], columns: number): readonly string[] {
  const room = columns - 'HH:MM:SS'.length - 2 - MIN_WHAT_WIDTH
  const surplus = Math.max(0, TIMES.length - Math.floor(room / (TIME_WIDTH + 1)))
  const times = TIMES.filter(([name]) => !GIVE_WAY.slice(0, surplus).includes(name))
  const line = (at: string, cells: readonly string[], what: string) =>
    truncateTo(
      `${padEndTo(at, 8)} ${cells.map((cell) => padStartTo(cell, TIME_WIDTH)).join(' ')}  ${what}`,
      columns,
    )
  return [
    line(
      'AT',
      times.map(([name]) => name),
      'WHAT',
    ),
    ...states.map((state) => {
      const what = statusText({ ...state, url: '', text: textOf(state) })
      const at = new Date(state.at).toISOString().slice(11, 19)
      return line(
        at,
        times.map(([, ms]) => timeCell(ms(state))),
        `${state.verdict}: ${what}`,
      )
    }),
  ]
}
