import { useState } from 'preact/hooks'
import type { AlertList, SilenceList } from '../server/answers.ts'
import { counted, formatCount } from '../text/numbers.ts'
import { useAnswer } from '../use-answer.ts'
import { AlertItem } from './alert-item.tsx'
import { SilenceItem } from './silence-item.tsx'

/** Alerts that are shown; the API has up to 1,000. */
const MAX_SHOWN = 200

/** What fires, and who need not be told. */
export function AlertsPage() {
  // Grows with each change that is made here.
  const [version, setVersion] = useState(0)
  const alerts = useAnswer<AlertList>('api/v1/alerts', `limit=${MAX_SHOWN}`, version)
  const silences = useAnswer<SilenceList>('api/v1/silences', '', version)
  const changed = () => setVersion((last) => last + 1)
  const { answer, error } = alerts
  const list = silences.answer?.silences ?? []
  return (
    <>
      <h1>Alerts</h1>
      <p class="sub" aria-live="polite">
        {answer === null ? '\u00a0' : sentenceOf(answer.total)}
      </p>
      {error !== null && (
        <p class="card note" role="alert">
          {error.status === 503 ? 'There are no alerts, or they cannot be read now: ' : ''}
          {error.message}
        </p>
      )}
      {answer !== null && answer.alerts.length > 0 && (
        <ul class="card alerts" aria-label="alerts">
          {answer.alerts.map((alert) => (
            <AlertItem key={alert.key} alert={alert} changed={changed} />
          ))}
        </ul>
      )}
      {answer !== null && answer.total > answer.alerts.length && (
        <p class="card note">and {formatCount(answer.total - answer.alerts.length)} more</p>
      )}
      {list.length > 0 && (
        <section aria-labelledby="silences">
          <div class="bar">
            <h2 id="silences">Silences</h2>
            <span class="count">{formatCount(list.length)}</span>
          </div>
          <ul class="card alerts">
            {list.map((silence) => (
              <SilenceItem key={silence.id} silence={silence} changed={changed} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function sentenceOf(total: number): string {
  return total === 0 ? 'Nothing fires.' : `${counted(total, 'alert')}, the oldest first.`
}
