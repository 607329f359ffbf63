import { useEffect } from 'preact/hooks'
import { Home } from './home.tsx'
import { IncidentsPage } from './incidents/incidents-page.tsx'
import { followLink, pageAddress, useRoute } from './route.ts'
import { sentenceOf } from './text/sentence.ts'
import { formatClock } from './text/times.ts'
import { UrlPage } from './url/url-page.tsx'
import { useLive, useNow } from './use-live.ts'

/** The whole page: its head, and what the address asks for. */
export function App() {
  const { path, query } = useRoute()
  const live = useLive()
  const { connection, summary } = live
  const counts = live.model?.counts ?? summary
  const short = counts === null ? '' : `${sentenceOf(counts).short} · `
  const isDown = (counts?.down ?? 0) > 0
  useEffect(() => {
    document.title = `${short}headcount`
    document
      .querySelector('link[rel=icon]')
      ?.setAttribute('href', isDown ? './favicon-down.svg' : './favicon.svg')
  }, [short, isDown])
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
        </nav>
        <ConnectionState />
      </header>
      <main>{contentOf(path, query)}</main>
      <Footer />
    </div>
  )
}

function contentOf(path: string, query: URLSearchParams) {
  switch (path) {
    case 'url':
      return <UrlPage url={query.get('u') ?? ''} />
    case 'incidents':
      return <IncidentsPage query={query} />
    default:
      return <Home query={query} />
  }
}

/** Whether what is shown is of now, and since when it is not. */
function ConnectionState() {
  const { connection, heardAt } = useLive()
  useNow()
  const texts = {
    connecting: 'connecting',
    live: 'live',
    lost: `no connection since ${formatClock(heardAt)}`,
  }
  return (
    <span class="connection" role="status" aria-live={connection.state === 'live' ? 'off' : 'polite'}>
      <i />
      {texts[connection.state]}
      {connection.state === 'live' && (
        <span class="clock"> · {formatClock(Math.max(heardAt, Date.now() - 5_000))}</span>
      )}
    </span>
  )
}

function Footer() {
  const { summary } = useLive()
  return (
    <footer>
      {summary !== null && <span>{summary.pollsPerSecond.toFixed(1)} polls a second</span>}
      {summary !== null && <span>late p99 {summary.latenessMs.p99.toFixed(1)} ms</span>}
      <a href={pageAddress('api/v1/openapi.json')}>API</a>
      <a href={pageAddress('metrics')}>metrics</a>
    </footer>
  )
}
