import { useTimedText } from '../use-live.ts'
import { formatFull, formatSpan } from './times.ts'

/** How long ago something was, with the exact time in the zone of the viewer on hover. `at`: ISO 8601; null if it is not known. */
export function Ago({ at, suffix = '' }: { readonly at: string | null; readonly suffix?: string }) {
  const time = at === null ? Number.NaN : Date.parse(at)
  const text = useTimedText((now) => formatSpan(Math.max(0, now - time)))
  if (at === null) return <>–</>
  return (
    <time dateTime={at} title={formatFull(time)}>
      {text}
      {suffix}
    </time>
  )
}
