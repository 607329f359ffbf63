import { useTimedText } from '../use-live.ts'
import { formatFull, formatSpan } from './times.ts'

/**
 * How long ago something was, with the exact time in the zone of the viewer on hover. `at`: ISO 8601; null if it is not known. `what`
 * begins the text on hover: `polled`.
 */
export function Ago(props: { readonly at: string | null; readonly suffix?: string; readonly what?: string }) {
  const { at, suffix = '', what = '' } = props
  const time = at === null ? Number.NaN : Date.parse(at)
  const text = useTimedText((now) => formatSpan(Math.max(0, now - time)))
  if (at === null) return <>–</>
  return (
    <time dateTime={at} title={`${what} ${formatFull(time)}`.trim()}>
      {text}
      {suffix}
    </time>
  )
}
