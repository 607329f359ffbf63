import { pairKey } from './certificate-paths.ts'
import { checkCertificate, checkKey, checkPair } from './pem.ts'
import { redactName } from './quote.ts'
import { requestFiles } from './request-files.ts'
import type { RequestFileObserver } from './request-file-observer.ts'
import type { FileChange, RequestFile, RequestFiles } from './request-files.ts'

/** The most pairs: as many as there can be files. Each takes a context of TLS in every poller. */
const MAX_PAIRS = 2_000

/** How long a certificate and a key that do not fit are expected to be in the middle of a change, in ms. */
const GRACE_MS = 5_000

/** A certificate and a key that settings name together. */
interface KnownPair {
  readonly cert: string
  readonly key: string
  /** Both texts, as JSON, from when they last fitted. */
  texts: string
  /** Runs while they do not fit. */
  timer: NodeJS.Timeout | null
}

/** The client certificates that settings name: each with its key, since only the two together can be used. */
export class ClientCertificates {
  readonly #files: RequestFiles
  readonly #graceMs: number
  readonly #pairs = new Map<string, KnownPair>()
  #observer: RequestFileObserver | null = null

  /** `files`: where both were opened. */
  constructor(files: RequestFiles, graceMs = GRACE_MS) {
    this.#files = files
    this.#graceMs = graceMs
  }

  /** Takes note of a pair, given by absolute paths. Throws a RangeError if the two files can't be used together. */
  use(cert: string, key: string): void {
    const name = pairKey({ cert, key }) as string
    if (this.#pairs.has(name)) return
    if (this.#pairs.size === MAX_PAIRS) throw new RangeError(`more than ${MAX_PAIRS} client certificates`)
    this.#files.open(cert, '', checkCertificate, false)
    this.#files.open(key, '', checkKey, true)
    const why = this.#misfit(cert, key)
    if (why !== null) throw new RangeError(why)
    const pair = { cert, key, texts: this.#textsOf(cert, key), timer: null }
    this.#pairs.set(name, pair)
    this.#observer?.changed([entryOf(name, pair)])
  }

  /** All pairs. */
  all(): RequestFile[] {
    return [...this.#pairs].map(([name, pair]) => entryOf(name, pair))
  }

  /** Tells an observer of new pairs and of pairs that do not fit any more. Returns what ends that. */
  follow(observer: RequestFileObserver): () => void {
    this.#observer = observer
    return () => {
      this.#observer = null
      for (const { timer } of this.#pairs.values()) if (timer !== null) clearTimeout(timer)
    }
  }

  /**
   * The pairs that are others, now that these files are. One of which only one half has changed waits for the other half. One of which a
   * file is not named any more is forgotten.
   */
  changedBy(files: readonly FileChange[]): FileChange[] {
    const changes = new Map(files.map(([path, bytes]) => [path, bytes]))
    return [...this.#pairs].flatMap(([name, pair]): FileChange[] => {
      const { cert, key } = pair
      if (!changes.has(cert) && !changes.has(key)) return []
      if (pair.timer !== null) clearTimeout(pair.timer)
      pair.timer = null
      if (changes.get(cert) === null || changes.get(key) === null) {
        this.#pairs.delete(name)
        return [[name, null]]
      }
      const why = this.#misfit(cert, key)
      if (why !== null) {
        pair.timer = setTimeout(() => this.#tell(pair, why), this.#graceMs).unref()
        return []
      }
      pair.texts = this.#textsOf(cert, key)
      return [entryOf(name, pair)]
    })
  }

  #tell({ key }: KnownPair, why: string): void {
    this.#observer?.log(`${redactName(key)}: ${why}; the last certificate and key are still used`)
  }

  #misfit(cert: string, key: string): string | null {
    return checkPair(this.#files.textOf(cert), this.#files.textOf(key))
  }

  #textsOf(cert: string, key: string): string {
    return JSON.stringify([this.#files.textOf(cert), this.#files.textOf(key)])
  }
}

/** The client certificates of this run. */
export const clientCertificates = new ClientCertificates(requestFiles)

function entryOf(name: string, { texts }: KnownPair): RequestFile {
  return [name, new Uint8Array(Buffer.from(texts))]
}
