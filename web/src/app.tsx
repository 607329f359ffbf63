import { useEffect } from 'preact/hooks'
import { AlertsPage } from './alerts/alerts-page.tsx'
import { Home } from './home.tsx'
import { IncidentsPage } from './incidents/incidents-page.tsx'
import { MachinesPage } from './machines/machines-page.tsx'
import { followLink, pageAddress, useRoute } from './route.ts'
import { formatMs } from './text/numbers.ts'
import { sentenceOf } from './text/sentence.ts'
import { tabTitle } from './text/tab-title.ts'
import { formatClock } from './text/times.ts'
import { UrlPage } from './url/url-page.tsx'
import { useLive, useTimedText } from './use-live.ts'

/** The whole page: its head, and what the address asks for. */
export function App() {
  const { path, query } = useRoute()
  const { connection, counts, hasAlerts, summary } = useLive()
  const title = tabTitle(counts === null ? [] : [sentenceOf(counts).short], connection.state)
  const isDown = (counts?.down ?? 0) > 0
  useEffect(() => {
    // The page of a URL has a title of its own.
    if (path !== 'url') document.title = title
    document
      .querySelector('link[rel=icon]')
      ?.setAttribute('href', isDown ? './favicon-down.svg' : './favicon.svg')
  }, [title, isDown, path])
  return (
    <div class={`page ${connection.state}`} onClick={followLink}>
      <header>
        <a class="logo" href={pageAddress('')} data-page>
          headcount
        </a>
        <nav aria-label="pages">
          <a href={pageAddress('')} data-page aria-current={path === '' ? 'page' : undefined}>
            URLs
          </a>
          <a
            href={pageAddress('incidents')}
            data-page
            aria-current={path === 'incidents' ? 'page' : undefined}
          >
            Incidents
          </a>
          {(hasAlerts || path === 'alerts') && (
            <a href={pageAddress('alerts')} data-page aria-current={path === 'alerts' ? 'page' : undefined}>
              Alerts
            </a>
          )}
          {(summary?.cluster !== undefined || path === 'machines') && (
            <a
              href={pageAddress('machines')}
              data-page
              aria-current={path === 'machines' ? 'page' : undefined}
            >
              Machines
            </a>
          )}
        </nav>
        <ConnectionState />
      </header>
      <main>
        {path !== 'machines' && <Unpolled />}
        {contentOf(path, query)}
      </main>
      <Footer />
    </div>
  )
}

/** Says so when the machine polls nothing, because it is in a cluster and has no contact with its server. */
function Unpolled() {
  const { summary } = useLive()
  return (
    <div role="status">
      {summary?.cluster?.ready === false && (
        <p class="card note unpolled">
          Nothing is polled: there is no contact with the server of the{' '}
          <a href={pageAddress('machines')} data-page>
            cluster
          </a>
          . What is shown was found before.
        </p>
      )}
    </div>
  )
}

function contentOf(path: string, query: URLSearchParams) {
  switch (path) {
    case 'url':
      return <UrlPage url={query.get('u') ?? ''} />
    case 'incidents':
      return <IncidentsPage query={query} />
    case 'alerts':
      return <AlertsPage />
    case 'machines':
      return <MachinesPage />
    default:
      return <Home query={query} />
  }
}

/** Whether what is shown is of now, and since when it is not. */
function ConnectionState() {
  const live = useLive()
  const { connection } = live
  const heardAt = useTimedText(() => formatClock(live.heardAt))
  const texts = {
    connecting: 'connecting',
    live: 'live',
    lost: `no connection since ${heardAt}`,
  }
  return (
    <span class="connection" role="status" aria-live={connection.state === 'live' ? 'off' : 'polite'}>
      <i />
      <span>
        {texts[connection.state]}
        {connection.state === 'live' && <span class="clock"> · {heardAt}</span>}
      </span>
    </span>
  )
}

function Footer() {
  const { summary } = useLive()
  return (
    <footer>
      {summary !== null && <span>polls start at most {formatMs(summary.latenessMs.p99)} late (99 %)</span>}
      <a href={pageAddress('api/v1/openapi.json')}>API</a>
      <a href={pageAddress('metrics')}>metrics</a>
    </footer>
  )
}
