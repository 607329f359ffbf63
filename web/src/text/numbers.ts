import { formatPercent } from '../../../src/print/text/percent.ts'

const WHOLE = new Intl.NumberFormat('en')

/** `1,204`. */
export function formatCount(count: number): string {
  return WHOLE.format(count)
}

/** `1 URL`, `1,204 URLs`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A time in ms for people: `0.4 ms`, `214 ms`, `1.50 s`, `10.0 s`. */
export function formatMs(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  return ms < 9_995 ? `${(ms / 1_000).toFixed(2)} s` : `${(ms / 1_000).toFixed(1)} s`
}

/** A share from 0 to 1 as `99.98 %`, with the digits that the API's texts and badges have. Only what is whole is `100 %`. */
export function formatShare(share: number): string {
  return share === 0 ? '0 %' : formatPercent(share).replace('%', ' %')
}

/** How often a second something happens: `0.3`, `20.1`, `16,667`. */
export function formatRate(rate: number): string {
  return rate < 99.95 ? rate.toFixed(1) : formatCount(Math.round(rate))
}
