import { useNow } from '../use-live.ts'
import { formatFull, formatSpan } from './times.ts'

/** How long ago something was, with the exact time in the zone of the viewer on hover. `at`: ISO 8601; null if it is not known. */
export function Ago({ at, suffix = '' }: { readonly at: string | null; readonly suffix?: string }) {
  const now = useNow()
  if (at === null) return <>–</>
  const time = Date.parse(at)
  return (
    <time dateTime={at} title={formatFull(time)}>
      {formatSpan(Math.max(0, now - time))}
      {suffix}
    </time>
  )
}
