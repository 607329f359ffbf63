import { useEffect, useRef, useState } from 'preact/hooks'
import { AnswerError, askJson } from './server/ask.ts'

/** An answer to a search or a question that is asked again from time to time. */
export interface Asked<T> {
  /** Null: none has come yet, or to another question only. */
  readonly answer: T | null
  /** Why the last one did not come; null: it did. */
  readonly error: AnswerError | null
}

/** Why an answer is not of now; null: it is, or one of before stays while there is no connection, which is said at the top of the page. */
export function errorToSay({ answer, error }: Asked<unknown>): AnswerError | null {
  return answer !== null && error?.status === 0 ? null : error
}

/** How often an answer is asked for: at most, and at least, in ms. A slow one is asked for less often. */
const MIN_MS = 1_000
const MAX_MS = 5_000
const SHARE = 20

/** The pause is up to so much shorter, at random: in step with polls every five seconds, all that is shown would always be as old as can be. */
const JITTER = 0.4

/**
 * Asks for `path?query`, again when `version` grows, and every few seconds while the tab is shown. Null: nothing is asked. What is shown
 * stays until there is another answer to the same question.
 */
export function useAnswer<T>(path: string | null, query: string, version: number): Asked<T> {
  const key = `${path}?${query}`
  const [asked, setAsked] = useState<Asked<T> & { readonly key: string }>({
    key: '',
    answer: null,
    error: null,
  })
  const due = useRef({ version: -1, again: () => {} })
  useEffect(() => {
    if (path === null) return
    const abort = new AbortController()
    let timer: number | undefined
    let tookMs = 0
    let askedAt = 0
    const ask = async () => {
      clearTimeout(timer)
      askedAt = performance.now()
      const seen = due.current.version
      try {
        const answer = await askJson<T>(path, new URLSearchParams(query), abort.signal)
        if (!abort.signal.aborted) setAsked({ key, answer, error: null })
      } catch (error) {
        if (abort.signal.aborted) return
        const known = error instanceof AnswerError ? error : new AnswerError(0, 'no connection')
        setAsked((last) => ({ key, answer: last.key === key ? last.answer : null, error: known }))
      }
      tookMs = performance.now() - askedAt
      const waitMs =
        seen === due.current.version
          ? Math.max(MAX_MS * (1 - JITTER * Math.random()), SHARE * tookMs)
          : MIN_MS
      timer = setTimeout(() => void again(), waitMs)
    }
    const again = async () => {
      if (document.hidden) timer = setTimeout(() => void again(), MIN_MS)
      else await ask()
    }
    due.current.again = () => {
      const waitMs = Math.max(MIN_MS, SHARE * tookMs) - (performance.now() - askedAt)
      clearTimeout(timer)
      timer = setTimeout(() => void again(), Math.max(0, waitMs))
    }
    void ask()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [key])
  useEffect(() => {
    const isFirst = due.current.version === -1
    due.current.version = version
    if (!isFirst) due.current.again()
  }, [version])
  return asked.key === key ? asked : { answer: null, error: null }
}
