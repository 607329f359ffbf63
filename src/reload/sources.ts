import type { Readable } from 'node:stream'
import { shownName } from '../targets/quote.ts'
import { readTargets } from '../targets/read.ts'
import type { Source } from './source.ts'

/** What names URLs, in the order in which it is read. */
export function sourcesOf(urls: readonly string[], files: readonly string[], stdin: Readable): Source[] {
  return [
    {
      name: 'arguments',
      again: null,
      canWait: false,
      read: (sink) => readTargets({ urls, files: [], stdin }, sink),
    },
    ...files.map((file) => ({
      name: file === '-' ? 'stdin' : shownName(file),
      again: file === '-' ? null : { path: file },
      canWait: false,
      read: (sink: Parameters<Source['read']>[0]) => readTargets({ urls: [], files: [file], stdin }, sink),
    })),
  ]
}
