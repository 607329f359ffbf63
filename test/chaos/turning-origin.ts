import type { ExecutionContext } from 'ava'
import { startOrigin } from '../helpers/origin.ts'

/** A span in which a path was down. */
export interface DownSpan {
  /** It is up again. */
  isOver: boolean
  /** How often it was asked for meanwhile. */
  requests: number
}

/** An origin whose paths turn up and down, and what they were when. */
export interface TurningOrigin {
  readonly url: string
  readonly paths: readonly string[]
  isDown(path: string): boolean
  turn(path: string): void
  /** Each time that a path was down, in order. */
  spans(path: string): readonly DownSpan[]
  /** Resolves when each path was asked for so many times more. */
  askedAgain(times: number): Promise<void>
}

/** Starts it; all paths are up. A path is one letter and more. */
export async function turningOrigin(
  t: Pick<ExecutionContext, 'teardown'>,
  paths: readonly string[],
): Promise<TurningOrigin> {
  const spans = new Map(paths.map((path): [string, DownSpan[]] => [path, []]))
  const counts = new Map(paths.map((path): [string, number] => [path, 0]))
  const spanNow = (path: string) => {
    const last = spans.get(path)?.at(-1)
    return last?.isOver === false ? last : null
  }
  const { url, requested } = await startOrigin(t, ({ url: target = '' }, response) => {
    const path = target.slice(1)
    counts.set(path, (counts.get(path) ?? 0) + 1)
    const span = spanNow(path)
    if (span !== null) span.requests += 1
    response.writeHead(span === null ? 204 : 500).end()
  })
  return {
    url,
    paths,
    isDown: (path) => spanNow(path) !== null,
    turn(path) {
      const span = spanNow(path)
      if (span === null) spans.get(path)?.push({ isOver: false, requests: 0 })
      else span.isOver = true
    },
    spans: (path) => spans.get(path) ?? [],
    async askedAgain(times) {
      await Promise.all(paths.map((path) => requested(`/${path}`, (counts.get(path) ?? 0) + times)))
    },
  }
}
