import { useEffect, useState } from 'preact/hooks'
import { BASE } from './server/ask.ts'

/** What the address asks for: the path below BASE, without a slash before it, and the query. */
export interface Route {
  readonly path: string
  readonly query: URLSearchParams
}

const MOVED = 'headcount:moved'

function currentRoute(): Route {
  const path = location.pathname.slice(BASE.pathname.length)
  return { path, query: new URLSearchParams(location.search) }
}

/** The address of a page, relative to all of them. */
export function pageAddress(path: string, query: URLSearchParams = new URLSearchParams()): string {
  const text = query.toString()
  return `${BASE.pathname}${path}${text === '' ? '' : `?${text}`}`
}

/** The address of the page of a URL. */
export function urlAddress(url: string): string {
  return pageAddress('url', new URLSearchParams({ u: url }))
}

/** Shows another page. `replace`: it takes the place of this one in the history of the tab. */
export function navigate(address: string, replace = false): void {
  if (replace) history.replaceState(null, '', address)
  else {
    history.pushState(null, '', address)
    scrollTo(0, 0)
  }
  dispatchEvent(new Event(MOVED))
}

/** The address, and again when it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(currentRoute)
  useEffect(() => {
    const update = () => setRoute(currentRoute())
    addEventListener('popstate', update)
    addEventListener(MOVED, update)
    return () => {
      removeEventListener('popstate', update)
      removeEventListener(MOVED, update)
    }
  }, [])
  return route
}

/** Follows links to other pages without loading them. For the `onClick` of an element that holds the links. */
export function followLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (link === null || !isPlain || link.origin !== location.origin || link.dataset['page'] === undefined)
    return
  event.preventDefault()
  navigate(link.pathname + link.search)
}
