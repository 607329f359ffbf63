import type { TargetSink } from '../targets/read-targets.ts'

/** When a source is read again: when the file `path` or the file `also` has changed, or every `everyMs` ms. Null: never. */
export type ReloadPolicy =
  { readonly path: string; readonly also?: string } | { readonly everyMs: number } | null

/** A list, or another source of URLs. */
export interface Source {
  /** Its name in messages, escaped. */
  readonly name: string
  /** When it is read again; null: never. */
  readonly reloadPolicy: ReloadPolicy
  /** It is the configuration, of which its URLs are only a part. */
  readonly isConfig?: true
  /** It asks servers, although it is a file. */
  readonly asksServers?: true
  /** Whether what it would say now is different because of something else: then it has to be read again. */
  isStale?(): boolean
  /** Whether a run may start when it can't be read. */
  readonly optionalAtStart: boolean
  /** Reads all of it. Rejects with a ListError, after it has passed on what comes before the error. */
  read(sink: TargetSink): Promise<SourceRead>
}

/** What a reading has found besides targets. */
export interface SourceRead {
  /** Whether the text ends with a complete line. If not, it may be half written. */
  readonly endsWithNewline: boolean
  /** A line for standard error that is about the source, not about one of its targets. */
  readonly notice?: string
  /** To be called when its targets are taken: a reading may be rejected that has no error. */
  readonly take?: () => void
  /** To be called later, when its targets are taken, and those of other sources that are being read. */
  readonly accept?: () => void
}
