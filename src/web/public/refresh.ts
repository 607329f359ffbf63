/**
 * The script of a page: once a minute, while somebody looks, it puts in what has changed, and leaves open what is open. A page works
 * without it. It is a text because it runs in a browser; nothing of it depends on what a page shows.
 */
export const REFRESH = `(() => {
  'use strict'
  const MINUTE = 60000
  let last = performance.now()
  let title = document.title
  const main = () => document.querySelector('main')
  const lost = (is) => {
    const note = document.querySelector('.lost')
    if (note) note.hidden = !is
    document.title = is ? 'No answer now · ' + title : title
  }
  const take = (next) => {
    const was = main()
    const is = next.querySelector('main')
    if (!was || !is) return lost(true)
    title = next.title
    lost(false)
    if (was.isEqualNode(is)) return
    const focused = document.activeElement?.parentElement?.dataset?.key
    const open = new Set([...was.querySelectorAll('details[open]')].map((one) => one.dataset.key))
    for (const one of is.querySelectorAll('details')) one.open = open.has(one.dataset.key)
    const [head, ...rest] = [...is.children]
    const old = was.firstElementChild
    // The heading stays in its place, so that a screen reader says what it says now.
    const sentence = head.querySelector('h1').textContent
    const h1 = old.querySelector('h1')
    if (h1.textContent !== sentence) h1.textContent = sentence
    old.querySelector('svg').replaceWith(document.adoptNode(head.querySelector('svg')))
    for (const one of [...was.children].slice(1)) one.remove()
    was.append(...rest.map((one) => document.adoptNode(one)))
    const icon = (page) => page.querySelector('link[rel=icon]')
    if (icon(next)) icon(document).href = icon(next).getAttribute('href')
    if (focused === undefined) return
    for (const one of was.querySelectorAll('details'))
      if (one.dataset.key === focused) one.querySelector('summary').focus({ preventScroll: true })
  }
  const load = () => {
    if (document.hidden || performance.now() - last < MINUTE) return
    last = performance.now()
    const request = new XMLHttpRequest()
    request.open('GET', location.pathname + location.search)
    request.responseType = 'document'
    request.timeout = 20000
    request.onload = () => (request.status === 200 && request.response ? take(request.response) : lost(true))
    request.onerror = request.ontimeout = () => lost(true)
    request.send()
  }
  setInterval(load, 5000)
  document.addEventListener('visibilitychange', load)
})()
`
