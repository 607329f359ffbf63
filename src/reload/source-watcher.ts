import { stat } from 'node:fs/promises'
import type { ReloadPolicy } from './source.ts'

/** Between two looks at the files, in ms. */
const WATCH_INTERVAL_MS = 1_000

/** What a look at the files of a source shows of them: another text means that one may have changed. */
async function fingerprint({ path, also }: { path: string; also?: string }): Promise<string> {
  const seen = await fileFingerprint(path)
  return also === undefined ? seen : `${seen}, ${await fileFingerprint(also)}`
}

/** '' for one that is not there. */
async function fileFingerprint(path: string): Promise<string> {
  try {
    const { mtimeMs, ctimeMs, size, ino, dev } = await stat(path)
    return `${mtimeMs} ${ctimeMs} ${size} ${ino} ${dev}`
  } catch {
    return '' // Why is said by the reading, which fails in the same way.
  }
}

/** What a look shows of a source's file; '' where it has none. */
export function sourceFingerprint(again: ReloadPolicy): Promise<string> {
  return again !== null && 'path' in again ? fingerprint(again) : Promise.resolve('')
}

/**
 * Tells when a source is to be read again: a file when it is another than at its last reading, and has not changed
 * between two looks, since its writer may be in the middle; any other on its timer. Files are looked at, not listened to:
 * that also works where they are replaced, linked or on another machine.
 */
export class SourceWatcher {
  readonly #timers: NodeJS.Timeout[] = []

  /** `seen`: what the last reading of a file saw of it. `change` is called with the number of the source. */
  constructor(
    sources: readonly ReloadPolicy[],
    seen: (source: number) => string,
    change: (source: number) => void,
  ) {
    for (const [source, again] of sources.entries()) {
      if (again === null) continue
      const read = () => change(source)
      const timer =
        'path' in again
          ? setInterval(
              changeDetector(
                () => fingerprint(again),
                () => seen(source),
                read,
              ),
              WATCH_INTERVAL_MS,
            )
          : setInterval(read, again.everyMs)
      this.#timers.push(timer)
    }
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }
}

function changeDetector(look: () => Promise<string>, seen: () => string, change: () => void): () => void {
  let before = seen()
  let looking = false
  return () => {
    if (looking) return
    looking = true
    void look().then((now) => {
      looking = false
      const settled = now === before
      before = now
      if (settled && now !== seen()) change()
    })
  }
}
