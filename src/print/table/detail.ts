import type { SentState } from '../../state/batch.ts'
import { escapeText } from '../escape.ts'
import { labelsLine } from '../labels.ts'
import { spanText } from '../span.ts'
import { statusText } from '../text.ts'
import { timeCell, urlText } from './cells.ts'
import { LOOKS } from './style.ts'
import type { Style } from './style.ts'
import type { DetailPage, Size } from './view.ts'
import { cutTo, padStartTo, padTo } from './width.ts'

const LABEL = 13

/** One URL: what is known of it, and its last polls. */
export function detailLines(page: DetailPage, now: number, { columns }: Size, style: Style): string[] {
  const { latest, past, labels, states } = page
  const name = urlText(latest.url)
  const fact = (label: string, text: string) => cutTo(`${padTo(label, LABEL)}${text}`, columns)
  const lines = [style('bold', cutTo(name, columns))]
  if (name !== latest.url) lines.push(fact('as asked', latest.url))
  if (labels !== '') lines.push(fact('labels', escapeText(labelsLine(labels), columns)))
  if (latest.verdict === 'pending') return [...lines, fact('verdict', 'not yet polled')]
  const since = `${latest.verdict}, since ${spanText(now - past.changedAt)}`
  lines.push(
    fact('verdict', '') + style(LOOKS[latest.verdict], cutTo(since, columns - LABEL)),
    fact('status', statusText(latest)),
    fact('up', upText(page)),
    fact('certificate', certificateText(past.expiresAt, now)),
  )
  const [newest] = states
  if (newest === undefined) return [...lines, fact('last polls', 'its next poll will be shown here')]
  lines.push(
    fact(
      'asked',
      `${newest.method} by poller ${newest.poller}, ${spanText(now - newest.at)} ago${newest.rechecked ? ', looked at twice' : ''}`,
    ),
    fact('address', newest.address === '' ? 'none reached' : newest.address),
    fact('protocol', protocolText(newest)),
    fact(
      'redirects',
      newest.redirects === 0 ? 'none' : `${newest.redirects}, to ${urlText(newest.finalUrl)}`,
    ),
  )
  if (newest.detail !== '' && newest.status !== 0)
    lines.push(fact('detail', escapeText(newest.detail, columns)))
  const table = [pollHead(), ...states.map(pollText)].map((line) => cutTo(line, columns))
  return [...lines, '', style('dim', table[0] ?? ''), ...table.slice(1)]
}

function upText({ latest, past }: DetailPage): string {
  const share = Number.isNaN(past.upShare)
    ? 'nothing known yet'
    : `${(past.upShare * 100).toFixed(2)} % of polls since the start`
  return latest.errCount === 0 ? share : `${share}; ${latest.errCount} errors in a row`
}

function certificateText(expiresAt: number, now: number): string {
  if (expiresAt === 0) return 'none known'
  const day = new Date(expiresAt).toISOString().slice(0, 10)
  return expiresAt < now ? `expired ${day}` : `until ${day}, ${spanText(expiresAt - now)}`
}

function protocolText({ httpVersion, tls }: SentState): string {
  const http = httpVersion === '' ? 'no answer' : `HTTP/${httpVersion}`
  return tls === null ? http : `${http} over ${tls.protocol}`
}

const TIMES = ['TOOK', 'DNS', 'CONNECT', 'TLS', 'WAIT', 'LATE'] as const

function pollHead(): string {
  return `AT       ${TIMES.map((name) => padStartTo(name, 7)).join(' ')}  WHAT`
}

function pollText(state: SentState): string {
  const { dns, connect, tls, wait } = state.phasesMs
  const times = [state.durationMs, dns, connect, tls, wait, state.lateMs].map((ms) =>
    padStartTo(timeCell(ms), 7),
  )
  const text = state.status === 0 ? state.detail : state.statusText
  const what = statusText({ ...state, url: '', text })
  return `${new Date(state.at).toISOString().slice(11, 19)} ${times.join(' ')}  ${state.verdict}: ${what}`
}
