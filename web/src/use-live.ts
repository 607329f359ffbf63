import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { Live } from './server/live.ts'
import { serverNow } from './server/server-clock.ts'

/** What the server says: there is one for the whole page. */
export const LiveContext = createContext<Live | null>(null)

/** What the server says. Components that call it are drawn again when counts or the connection change. */
export function useLive(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('there is no LiveContext')
  const [, setDrawn] = useState({})
  useEffect(() => live.on('change', () => setDrawn({})), [live])
  return live
}

/** What is called every second: one timer for the whole page. */
const tickers = new Set<() => void>()
setInterval(() => {
  for (const tick of tickers) tick()
}, 1_000)

/** A text that depends on the time, given in ms since the epoch by the clock of the server. What shows it is drawn again when the text is another. */
export function useTimedText(textAt: (now: number) => string): string {
  const text = textAt(serverNow())
  const [, setShown] = useState(text)
  useEffect(() => {
    const tick = () => setShown(textAt(serverNow()))
    tickers.add(tick)
    return () => {
      tickers.delete(tick)
    }
  })
  return text
}
