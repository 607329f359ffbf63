import type { Verdict } from '../server/answers.ts'
import { counted, formatCount } from './numbers.ts'

/** The state of the whole list in one sentence: `3 of 1,204 URLs are down`. `bad`: how it begins if something is down. */
export interface Sentence {
  readonly bad: string
  readonly rest: string
  /** For the title of the tab. */
  readonly short: string
}

/** Says what matters most of how many URLs have each verdict. */
export function sentenceOf({ pending, up, down, unknown }: Readonly<Record<Verdict, number>>): Sentence {
  const all = pending + up + down + unknown
  const plain = (rest: string, short: string): Sentence => ({ bad: '', rest, short })
  if (all === 0) return plain('There are no URLs yet', 'no URLs')
  if (down > 0 && down === all)
    return {
      bad: all === 1 ? 'The URL' : `All ${counted(all, 'URL')}`,
      rest: all === 1 ? ' is down' : ' are down',
      short: all === 1 ? 'down' : `all ${formatCount(all)} down`,
    }
  if (down > 0)
    return {
      bad: formatCount(down),
      rest: ` of ${counted(all, 'URL')} ${down === 1 ? 'is' : 'are'} down`,
      short: `${formatCount(down)} down`,
    }
  if (pending === all) return plain(`Polling ${counted(all, 'URL')} for the first time`, 'starting')
  if (unknown > 0)
    return plain(
      `${formatCount(unknown)} of ${counted(all, 'URL')} ${unknown === 1 ? 'is' : 'are'} unknown`,
      `${formatCount(unknown)} unknown`,
    )
  if (pending > 0) return plain(`No URL is down so far`, 'none down so far')
  return plain(all === 1 ? 'The URL is up' : `All ${counted(all, 'URL')} are up`, 'all up')
}

/** How many have which verdict, without those of the sentence: `1,198 up, 3 unknown. `; '' if all have the same. */
export function countsText({ pending, up, down, unknown }: Readonly<Record<Verdict, number>>): string {
  if ([pending, up, down, unknown].filter((count) => count > 0).length < 2) return ''
  const parts = up > 0 ? [`${formatCount(up)} up`] : []
  if (unknown > 0) parts.push(`${formatCount(unknown)} unknown`)
  if (pending > 0) parts.push(`${formatCount(pending)} not polled yet`)
  return `${parts.join(', ')}. `
}
