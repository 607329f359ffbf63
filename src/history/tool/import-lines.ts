import { encodeDuration, encodePhase, STEPS } from '../duration-code.ts'
import { DOWN, HISTORY_VERDICTS, MAINTENANCE, UNKNOWN, UP } from '../poll-batch.ts'
import { answerWord, BLOCK, phasesWord, placeWord } from '../poll-words.ts'
import { blockOf, BUCKET_MS, keyOf } from '../resolutions.ts'
import type { Session } from '../session.ts'
import type { Database } from '../../sqlite/database.ts'
import { UrlSums } from '../url-sums.ts'
import { BlobWriter } from './blob-writer.ts'
import { LINES_VERSION } from './export-lines.ts'
import { LineError } from './line-fields.ts'
import { MaintenanceWriter } from './maintenance-writer.ts'
import type { LineFields } from './line-fields.ts'
import { spanOfLine, SpansInOrder } from './line-spans.ts'
import type { LineSpan } from './line-spans.ts'
import { shorten } from '../../resource/shorten.ts'

/** Takes the lines of an export into a history without URLs, within a transaction. */
export class LineImporter {
  readonly #db: Database
  readonly #session: Session
  readonly #blobs: BlobWriter
  readonly #maintenance: MaintenanceWriter
  /** Ids of the export to those of this history. */
  readonly #ids = new Map<number, number>()
  readonly #listedSpans = new SpansInOrder()
  readonly #incidents = new SpansInOrder()
  #lines = 0
  #hasEnded = false

  constructor(db: Database, session: Session) {
    this.#db = db
    this.#session = session
    this.#blobs = new BlobWriter(session.tables)
    this.#maintenance = new MaintenanceWriter(db)
  }

  /** Throws a LineError. */
  take(line: LineFields): void {
    const type = line.text('type')
    if (this.#hasEnded) throw new LineError('there are lines after the end')
    if (this.#lines++ === 0) return checkFirst(type, line)
    if (type === 'url') this.#url(line)
    else if (type === 'listed') this.#listed(line)
    else if (type === 'watched') this.#watched(line)
    else if (type === 'maintenance') this.#maintained(line)
    else if (type === 'incident') this.#incident(line)
    else if (type === 'sums') this.#sums(line)
    else if (type === 'poll') this.#poll(line)
    else if (type === 'end') this.#end(line)
    else throw new LineError(`unknown type ${JSON.stringify(shorten(type, 40))}`)
  }

  /** After the last line. */
  end(): void {
    if (this.#lines === 0) throw new LineError('there is no line')
    if (!this.#hasEnded) throw new LineError('the export was cut: it has no line of type end')
    this.#blobs.flush()
  }

  #end(line: LineFields): void {
    const lines = line.integer('lines')
    if (lines !== this.#lines - 1)
      throw new LineError(`the export had ${lines} lines before this one, and here are ${this.#lines - 1}`)
    this.#hasEnded = true
  }

  #url(line: LineFields): void {
    const [url, key] = [line.integer('url'), line.text('key')]
    if (this.#ids.has(url) || this.#session.urls.find(key) !== null)
      throw new LineError('a line before tells this URL')
    const added = this.#session.urls.add([{ key, name: line.text('name'), labels: line.text('labels') }])
    this.#ids.set(url, added[0] as number)
  }

  #id(line: LineFields): number {
    return this.#idOf(line.integer('url'))
  }

  #idOf(url: unknown): number {
    const id = typeof url === 'number' ? this.#ids.get(url) : undefined
    if (id === undefined) throw new LineError('no line before tells the URL')
    return id
  }

  #listed(line: LineFields): void {
    const insert = this.#db.prepare('INSERT INTO url_spans (url, begin, "end") VALUES (?, ?, ?)')
    const [url, span] = [this.#id(line), spanOfLine(line)]
    this.#listedSpans.add(url, span)
    insert.run(url, span.begin, span.end)
  }

  #watched(line: LineFields): void {
    const insert = this.#db.prepare('INSERT INTO watched (begin, "end", seq) VALUES (?, ?, 0)')
    const { begin, end } = spanOfLine(line)
    if (end === null) throw new LineError('end is not a time')
    insert.run(begin, end)
  }

  #maintained(line: LineFields): void {
    this.#maintenance.add(
      spanOfLine(line),
      line.list('urls').map((url) => this.#idOf(url)),
    )
  }

  #incident(line: LineFields): void {
    const insert = this.#db.prepare('INSERT INTO incidents (url, verdict, begin, "end") VALUES (?, ?, ?, ?)')
    const verdict = line.oneOf('verdict', HISTORY_VERDICTS)
    if (verdict === UP) throw new LineError('an incident is not up')
    const [url, span, reasons] = [this.#id(line), spanOfLine(line), line.eachOf('reasons')]
    if (reasons.length === 0) throw new LineError('it has no reasons')
    this.#incidents.add(url, span)
    if (span.end === null && !this.#listedSpans.isOpen(url))
      throw new LineError('it goes on, but its URL is not in the list')
    const { lastInsertRowid } = insert.run(url, verdict, span.begin, span.end)
    const addReason = this.#db.prepare(
      `INSERT INTO incident_reasons (incident, number, at, reason, status, polls, seen, seq)
      VALUES (?, ?, ?, ?, ?, ?, ?, 0)`,
    )
    for (const [index, reason] of reasons.entries())
      addReason.run(
        lastInsertRowid,
        index + 1,
        within(span, reason.time('at')),
        this.#session.reasons.codeOf(reason.text('reason')),
        reason.integer('status'),
        reason.integer('polls'),
        reason.text('seen'),
      )
  }

  #sums(line: LineFields): void {
    const ms = line.integer('seconds') * 1000
    const table = this.#session.tables.sums.find((one) => one.ms === ms)
    if (table === undefined) throw new LineError('seconds are not those of a resolution')
    const url = this.#id(line)
    const sums = new UrlSums()
    for (const pair of line.list('up')) sums.addUps(...stepAndPolls(pair))
    sums.addOthers(DOWN, line.integer('down'))
    sums.addOthers(UNKNOWN, line.integer('unknown'))
    sums.addOthers(MAINTENANCE, line.integer('maintenance'))
    this.#blobs.addSums(table, keyOf(line.time('at'), ms, blockOf(url)), url % BLOCK, sums)
  }

  #poll(line: LineFields): void {
    const url = this.#id(line)
    const at = line.time('at')
    const phases = line.fields('phasesMs')
    const steps = ['dns', 'connect', 'tls', 'wait'].map((name) => encodePhase(phases.number(name)))
    const answer = answerWord(encodeDuration(line.number('durationMs')), line.integer('status'))
    const place = placeWord(url % BLOCK, at % BUCKET_MS, line.oneOf('verdict', HISTORY_VERDICTS))
    const reason = this.#session.reasons.codeOf(line.text('reason'))
    this.#blobs.addPoll(keyOf(at, BUCKET_MS, blockOf(url)), [place, answer, reason, phasesWord(steps)])
  }
}

function checkFirst(type: string, line: LineFields): void {
  if (type !== 'headcount-history') throw new LineError('this is not an export of headcount history')
  if (line.integer('version') !== LINES_VERSION) throw new LineError('another version of headcount made it')
}

function within({ begin: first, end }: LineSpan, at: number): number {
  if (at < first || at > (end ?? Infinity)) throw new LineError('at is not within the incident')
  return at
}

function stepAndPolls(pair: unknown): [number, number] {
  const [step, polls] = Array.isArray(pair) ? (pair as unknown[]) : []
  const isGood = Number.isInteger(step) && Number.isSafeInteger(polls)
  if (
    !isGood ||
    typeof step !== 'number' ||
    typeof polls !== 'number' ||
    step < 0 ||
    step >= STEPS ||
    polls < 1
  )
    throw new LineError('up has other things than pairs of step and polls')
  return [step, polls]
}
