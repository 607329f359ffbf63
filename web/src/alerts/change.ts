import { useState } from 'preact/hooks'
import { sendChange } from '../server/ask.ts'

/** A change that is asked of the server. */
export interface Change {
  /** It is under way. */
  readonly isSending: boolean
  /** Why the last one was not made; null: it was, or there was none. */
  readonly why: string | null
  /** Asks for it. `done` is called when it is made. Never rejects. */
  send(method: 'POST' | 'DELETE', path: string, query: URLSearchParams, done: () => void): Promise<void>
}

/** Asks the server for one change at a time. */
export function useChange(): Change {
  const [isSending, setSending] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  return {
    isSending,
    why,
    async send(method, path, query, done) {
      setSending(true)
      setWhy(null)
      try {
        await sendChange(method, path, query)
        done()
      } catch (error) {
        setWhy((error as Error).message)
      } finally {
        setSending(false)
      }
    },
  }
}

const KEY = 'headcount:name'

/** The name that was typed last in this browser; '' if there is none, or it keeps nothing. */
export function lastName(): string {
  try {
    return localStorage.getItem(KEY) ?? ''
  } catch {
    return '' // Its settings forbid it.
  }
}

/** Keeps the name for the next form. */
export function keepName(name: string): void {
  try {
    localStorage.setItem(KEY, name)
  } catch {
    // It is typed again.
  }
}
