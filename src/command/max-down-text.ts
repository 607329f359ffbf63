import { counted } from '../resource/counted.ts'
import type { CountOrShare } from '../settings/count-or-share.ts'
import { countOf } from '../settings/count-or-share.ts'

/** What `--max-down` makes of the end of a run, as a line; '' without the flag, or if every URL is up. */
export function maxDownText(maxDown: CountOrShare, up: number, urls: number): string {
  const most = countOf(maxDown, urls)
  const isShare = 'share' in maxDown
  if (up === urls || (!isShare && most === 0)) return ''
  const relation = urls - up <= most ? 'which' : 'more than'
  const flag = isShare ? `${Number((maxDown.share * 100).toPrecision(12))}%` : most
  const allowed = isShare ? ` (${most})` : ''
  return `info: ${urls - up} of ${counted(urls, 'URL')} are not up, ${relation} --max-down ${flag} allows${allowed}\n`
}
