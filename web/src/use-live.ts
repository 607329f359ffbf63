import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { Live } from './server/live.ts'

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

/** The time in ms since the epoch, again every second. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
