import type { TargetSink } from '../targets/read-targets.ts'

/** When a source is read again: when its file, or also another, has changed, or so often, in ms. Null: never. */
export type ReloadPolicy =
  { readonly path: string; readonly also?: string } | { readonly everyMs: number } | null

/** A list, or something else that names URLs. */
export interface Source {
  /** As messages name it, escaped. */
  readonly name: string
  /** When it is read again; null: it can't be. */
  readonly reloadPolicy: ReloadPolicy
  /** Whether a run can start without it. */
  readonly optionalAtStart: boolean
  /** Reads all of it. Rejects with a ListError; what came before was handed over by then. */
  read(sink: TargetSink): Promise<SourceRead>
}

/** What is to be known of a reading besides its targets. */
export interface SourceRead {
  /** Whether the end can be the end: a text that ends in the middle of a line may be half written. */
  readonly endsWithNewline: boolean
}
