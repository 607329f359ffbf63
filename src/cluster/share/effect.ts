/** What has to be done, in this order. */
export type Effect =
  /** Ask the engine for a batch: `taken` or `nothingToTake` follows. */
  | { readonly type: 'take' }
  /** Poll this batch, not before `from`. `clean`: its last holder has handed it back. */
  | { readonly type: 'lend'; readonly batch: string; readonly from: number; readonly clean: boolean }
  /** Stop to poll this batch and report what is known of it: `returned` follows. */
  | { readonly type: 'recall'; readonly batch: string }
  /** These batches belong to somebody else. Poll nothing of them, and report nothing: `returned` follows for each. */
  | { readonly type: 'drop'; readonly batches: readonly string[] }
  /** Hand this batch back to the engine. `clean`: nobody can be polling it any more. */
  | { readonly type: 'release'; readonly batch: string; readonly token: string; readonly clean: boolean }
  /** This batch is in no plan any more: hand it back and end its job. */
  | { readonly type: 'finish'; readonly batch: string; readonly token: string; readonly clean: boolean }
  /** Polls may start until then. */
  | { readonly type: 'lease'; readonly until: number }
