import type { PathFacts } from './api-parameters.ts'

/** A path that answers with JSON. */
export interface Endpoint extends PathFacts {
  /** Resolves with JSON. Rejects with an ApiError, a MonitorError or a RecorderError. */
  answer(query: URLSearchParams): Promise<string>
}
