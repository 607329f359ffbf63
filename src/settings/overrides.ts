import type { UrlOptions } from './poll-options.ts'
import type { Cadence } from '../schedule/next-due.ts'

/**
 * What a list says of how to poll one URL, where that differs from the flags. `headers` are those of the URL alone: each
 * takes the place of a flag's header of that name.
 */
export type Overrides = Partial<UrlOptions & Cadence>
