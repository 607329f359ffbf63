import type { PathFacts } from './api-parameters.ts'

/** A path that answers with JSON. */
export interface Endpoint extends PathFacts {
  /** Resolves with JSON. Rejects with an ApiError, or the error of a thread that does not answer. */
  answer(query: URLSearchParams): Promise<string>
}
