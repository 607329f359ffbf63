import { fileFingerprint } from '../settings/file-fingerprint.ts'
import type { ReloadPolicy } from './source.ts'

/** The time between two checks of a file, in ms. */
const WATCH_INTERVAL_MS = 1_000

/** After this time, a file that could not be read is read again, changed or not: the fault may have been elsewhere. In ms. */
const RETRY_MS = 60_000

/** A text that differs when a file of the source may have changed. */
async function fingerprint({ path, also }: { path: string; also?: string }): Promise<string> {
  const seen = await fileFingerprint(path)
  return also === undefined ? seen : `${seen}, ${await fileFingerprint(also)}`
}

/** The fingerprint of the files of a source; '' when it has none. */
export function sourceFingerprint(policy: ReloadPolicy): Promise<string> {
  return policy !== null && 'path' in policy ? fingerprint(policy) : Promise.resolve('')
}

/**
 * Notices when a source has to be read again. A file: when it differs from its last reading, and two checks in a row have
 * found it the same, since a program may still be writing it. Other sources: on a timer. Files are checked and not watched
 * for events, which also works when they are replaced, linked or on another machine.
 */
export class SourceWatcher {
  readonly #timers: NodeJS.Timeout[] = []
  /** Those of the files that could not be read. */
  readonly #retries = new Map<number, NodeJS.Timeout>()
  readonly #sources: readonly ReloadPolicy[]
  readonly #onChange: (source: number) => void

  /** `lastRead`: the fingerprint of a source at its last reading. `onChange` is called with the number of the source. */
  constructor(
    sources: readonly ReloadPolicy[],
    lastRead: (source: number) => string,
    onChange: (source: number) => void,
  ) {
    this.#sources = sources
    this.#onChange = onChange
    for (const [source, policy] of sources.entries()) {
      if (policy === null) continue
      const changed = () => onChange(source)
      const timer =
        'path' in policy
          ? setInterval(
              changeDetector(
                () => fingerprint(policy),
                () => lastRead(source),
                changed,
              ),
              WATCH_INTERVAL_MS,
            )
          : setInterval(changed, policy.everyMs)
      this.#timers.push(timer)
    }
  }

  /** A source could not be read. Those of servers are read again anyway. */
  retry(source: number): void {
    const policy = this.#sources[source] ?? null
    if (policy === null || !('path' in policy)) return
    clearTimeout(this.#retries.get(source))
    this.#retries.set(
      source,
      setTimeout(() => this.#onChange(source), RETRY_MS),
    )
  }

  close(): void {
    for (const timer of [...this.#timers, ...this.#retries.values()]) clearTimeout(timer)
  }
}

/** Returns a function that checks a file once; it calls `changed` when the file is to be read again. */
function changeDetector(
  check: () => Promise<string>,
  lastRead: () => string,
  changed: () => void,
): () => void {
  let before = lastRead()
  let checking = false
  return () => {
    if (checking) return
    checking = true
    void check().then((now) => {
      checking = false
      const settled = now === before
      before = now
      if (settled && now !== lastRead()) changed()
    })
  }
}
