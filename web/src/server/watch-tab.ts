/** A tab that is hidden for this long gives its connection back: a browser has six for each server. In ms. */
const HIDDEN_MS = 2_000

/** What becomes of the tab. */
export interface TabEvents {
  /** It is looked at again, or a person has come back to it. */
  readonly shown: () => void
  /** Nobody has looked at it for a moment. Its timers still run. */
  readonly hidden: () => void
  /** It shows something else. The browser may keep the page, without running it, for the way back. */
  readonly left: () => void
}

/** Calls these from now on, and one of them at once: a tab that is opened in the background is hidden from the start. */
export function watchTab({ shown, hidden, left }: TabEvents): void {
  let timer: number | undefined
  const update = () => {
    clearTimeout(timer)
    if (document.hidden) timer = setTimeout(hidden, HIDDEN_MS)
    else shown()
  }
  document.addEventListener('visibilitychange', update)
  addEventListener('pagehide', () => {
    clearTimeout(timer)
    left()
  })
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) update()
  })
  if (document.hidden) hidden()
  else shown()
}
