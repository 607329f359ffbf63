import { jsonEscape } from '../../resource/unprintable.ts'
import { hideLogin } from '../../settings/hide-login.ts'
import { shorten } from '../../resource/shorten.ts'

/** The log of one probe, for its `debug=true`: like the exporter's, a line of `key=value` pairs for each step. */
export type ProbeLog = (
  level: 'debug' | 'info' | 'error',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void

/** The most lines, and the most characters of a value, that a log keeps. */
const MAX_LINES = 1_000
const MAX_VALUE = 1_000

/** A log that nobody reads. */
export const NO_LOG: ProbeLog = () => {}

/**
 * Keeps the lines of a probe. `common`: fields of every line. `secrets`: what is hidden wherever it stands, asked for with each line, since
 * a token may come meanwhile. `now`: in ms since the epoch.
 */
export class LogLines {
  readonly #common: Readonly<Record<string, unknown>>
  readonly #secrets: () => readonly string[]
  /** What was secret when a line was added, the longest first. Bounded by the lines. */
  #hidden: readonly string[] = []
  readonly #now: () => number
  readonly #lines: string[] = []

  constructor(
    common: Readonly<Record<string, unknown>>,
    secrets: () => readonly string[] = () => [],
    now: () => number = Date.now,
  ) {
    this.#common = common
    this.#secrets = secrets
    this.#now = now
    this.#askForSecrets()
  }

  /** Adds a line; those of level `debug` are left out, as in the exporter's default. */
  readonly log: ProbeLog = (level, message, fields = {}) => {
    if (level === 'debug' || this.#lines.length >= MAX_LINES) return
    this.#askForSecrets()
    const at = new Date(this.#now()).toISOString()
    const [common, more] = [pairs(this.#common, this.#hidden), pairs(fields, this.#hidden)]
    this.#lines.push(`time=${at} level=${level.toUpperCase()} msg=${quoted(message)}${common}${more}\n`)
  }

  /** All lines. */
  get text(): string {
    return this.#lines.join('')
  }

  #askForSecrets(): void {
    this.#hidden = [...new Set([...this.#hidden, ...this.#secrets()])].toSorted((a, b) => b.length - a.length)
  }
}

function pairs(fields: Readonly<Record<string, unknown>>, secrets: readonly string[]): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      const text = URL_FIELDS.has(name) ? hideLogin(String(value)) : String(value)
      return ` ${name}=${quoted(secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text))}`
    })
    .join('')
}

/** Fields that hold URLs. */
const URL_FIELDS: ReadonlySet<string> = new Set(['target', 'url', 'location'])

/** In quotes if it would not be one word otherwise. What a server has sent can't break the line. */
function quoted(text: string): string {
  const short = shorten(text, MAX_VALUE)
  return /^[^\s"=\p{C}]+$/u.test(short) ? short : quotedJson(short)
}

function quotedJson(text: string): string {
  return JSON.stringify(text).replaceAll(/\p{C}/gu, jsonEscape)
}
