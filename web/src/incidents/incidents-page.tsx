import { useEffect, useState } from 'preact/hooks'
import { pageAddress, urlAddress } from '../route.ts'
import { askJson } from '../server/ask.ts'
import type { Incident, IncidentList } from '../server/answers.ts'
import { serverNow } from '../server/server-clock.ts'
import { formatDay } from '../text/times.ts'
import { errorToSay, useAnswer } from '../use-answer.ts'
import { useLive } from '../use-live.ts'
import { IncidentRow } from './incident-row.tsx'

/** Incidents on one page. */
const LIMIT = 50

/** So far back, in ms: one year. */
const RANGE_MS = 365 * 86_400_000

/** What happened, the latest first, day by day. `query`: of one URL (`u`), or of a label. */
export function IncidentsPage({ query }: { readonly query: URLSearchParams }) {
  const { version } = useLive()
  const asked = queryOf(query)
  const incidents = useAnswer<IncidentList>('api/v1/incidents', asked, version)
  const { answer } = incidents
  const error = errorToSay(incidents)
  const url = query.get('u')
  return (
    <>
      {url !== null && (
        <p class="crumbs">
          <a href={pageAddress('')} data-page>
            URLs
          </a>{' '}
          /{' '}
          <a href={urlAddress(url)} data-page>
            <bdi>{url}</bdi>
          </a>
        </p>
      )}
      <h1>Incidents</h1>
      <p class="sub">Times in which URLs were down or unknown, in the last year, the latest first.</p>
      {error !== null && (
        <p class="card note">
          {error.status === 503 ? 'The history cannot be read now: ' : ''}
          {error.message}
        </p>
      )}
      {answer !== null && answer.incidents.length === 0 && <p class="card note">Nothing has happened.</p>}
      {answer !== null && answer.incidents.length > 0 && (
        <Days key={asked} first={answer} query={asked} withUrl={url === null} />
      )}
    </>
  )
}

function queryOf(query: URLSearchParams): string {
  const from = String(Math.floor((serverNow() - RANGE_MS) / 3_600_000) * 3_600)
  const asked = new URLSearchParams({ limit: String(LIMIT), from })
  for (const [name, value] of query) if (name === 'u' || name.startsWith('label.')) asked.set(name, value)
  return asked.toString()
}

/** The first page, which is kept up to date, and those that a person has asked for. */
function Days(props: { readonly first: IncidentList; readonly query: string; readonly withUrl: boolean }) {
  const { first, query, withUrl } = props
  const [older, setOlder] = useState<IncidentList | null>(null)
  const [isAsking, setAsking] = useState(false)
  const known = new Set(first.incidents.map(({ id }) => id))
  const all = [...first.incidents, ...(older?.incidents.filter(({ id }) => !known.has(id)) ?? [])]
  const next = older === null ? first.next : older.next
  useEffect(() => {
    if (!isAsking || next === null) return
    const abort = new AbortController()
    askJson<IncidentList>(
      'api/v1/incidents',
      new URLSearchParams(`${query}&cursor=${encodeURIComponent(next)}`),
      abort.signal,
    )
      // Those of the first page stay when others take their places there.
      .then((page) =>
        setOlder({ incidents: [...(older ?? first).incidents, ...page.incidents], next: page.next }),
      )
      // It can be asked for again.
      .catch(() => {})
      .finally(() => setAsking(false))
    return () => abort.abort()
  }, [isAsking])
  const days = Map.groupBy(all, ({ begin }: Incident) => formatDay(Date.parse(begin)))
  return (
    <>
      {[...days].map(([day, incidents]) => (
        <section key={day} class="day">
          <h2>{day}</h2>
          <ul class="card incidents">
            {incidents.map((incident) => (
              <IncidentRow key={incident.id} incident={incident} withUrl={withUrl} />
            ))}
          </ul>
        </section>
      ))}
      {next !== null && (
        <button class="more alone" type="button" disabled={isAsking} onClick={() => setAsking(true)}>
          older ones
        </button>
      )}
    </>
  )
}
