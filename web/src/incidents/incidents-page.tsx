/** What happened, the latest first. */
export function IncidentsPage({ query }: { readonly query: URLSearchParams }) {
  return <h1>Incidents {query.get('u')}</h1>
}
