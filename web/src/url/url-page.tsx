import { useEffect } from 'preact/hooks'
import { formatFilters } from '../list/filters.ts'
import { IncidentRow } from '../incidents/incident-row.tsx'
import { pageAddress } from '../route.ts'
import type { IncidentList, UrlDetail } from '../server/answers.ts'
import { serverNow } from '../server/server-clock.ts'
import { tabTitle } from '../text/tab-title.ts'
import { nameOf } from '../text/url-name.ts'
import { errorToSay, useAnswer } from '../use-answer.ts'
import { useLive } from '../use-live.ts'
import { ChartCard } from './chart-card.tsx'
import { Facts } from './facts.tsx'
import { LastAnswer } from './last-answer.tsx'
import { Zones } from './zones.tsx'

/** The page of one URL: is it up, since when, how good and how fast was it, what happened, what was seen. */
export function UrlPage({ url }: { readonly url: string }) {
  const { version, connection } = useLive()
  const asked = useAnswer<UrlDetail>('api/v1/url', new URLSearchParams({ u: url }).toString(), version)
  const { answer } = asked
  const error = errorToSay(asked)
  const name = nameOf(answer ?? { url, labels: {} })
  const title = answer === null ? '' : `${answer.verdict}: `
  useEffect(() => {
    document.title = tabTitle([`${title}${`${name.name} ${name.rest}`.trim()}`], connection.state)
  })
  return (
    <>
      <p class="crumbs">
        <a href={pageAddress('')} data-page>
          URLs
        </a>
        <Labels labels={answer?.labels ?? {}} />
      </p>
      <h1>
        <bdi>{name.name}</bdi>
        {(answer?.labels['name'] ?? '') === '' && (
          <>
            {/* A host and a path that do not fit in a line break between them. */}
            <wbr />
            <bdi class="rest">{name.rest}</bdi>
          </>
        )}
      </h1>
      <p class="sub url">
        <code>
          <bdi>{url}</bdi>
        </code>
      </p>
      {error !== null && (
        <p class="card note">{error.status === 404 ? 'No list has this URL.' : error.message}</p>
      )}
      {answer === null && error === null && <div class="card skeleton blank" />}
      {answer !== null && (
        <>
          <Facts row={answer} />
          {answer.zones !== undefined && <Zones zones={answer.zones} />}
          <ChartCard url={url} latest={answer.latest} />
          <div class="two">
            <Incidents url={url} hasHistory={answer.uptime !== null} />
            <LastAnswer row={answer} />
          </div>
        </>
      )}
    </>
  )
}

/** Labels, each a link to the URLs that have it. */
function Labels({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(labels)
        .filter(([label]) => label !== 'name')
        .map(([label, value], n) => (
          <span key={label}>
            {n === 0 ? ' / ' : ' · '}
            <a
              href={pageAddress(
                '',
                formatFilters({ text: '', verdicts: [], labels: [[label, value]], sort: 'list' }),
              )}
              data-page
            >
              <bdi>
                {label}: {value}
              </bdi>
            </a>
          </span>
        ))}
    </>
  )
}

function Incidents({ url, hasHistory }: { readonly url: string; readonly hasHistory: boolean }) {
  const { version } = useLive()
  const from = String(Math.floor(serverNow() / 3_600_000 - 90 * 24) * 3_600)
  const query = new URLSearchParams({ u: url, limit: '8', from }).toString()
  const { answer } = useAnswer<IncidentList>(hasHistory ? 'api/v1/incidents' : null, query, version)
  return (
    <section class="card" aria-labelledby="incidents">
      <h2 id="incidents">
        Incidents <small>90 days</small>
      </h2>
      {!hasHistory && <p class="soft">Earlier ones are not known: the history cannot be read now.</p>}
      {answer !== null && answer.incidents.length === 0 && <p class="soft">None that is known.</p>}
      <ul class="incidents">
        {answer?.incidents.map((incident) => (
          <IncidentRow key={incident.id} incident={incident} withUrl={false} />
        ))}
      </ul>
      {answer !== null && answer.next !== null && (
        <a class="soft" href={pageAddress('incidents', new URLSearchParams({ u: url }))} data-page>
          all of them
        </a>
      )}
    </section>
  )
}
