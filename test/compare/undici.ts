import { Agent } from 'undici'
import { isFailure } from '../../src/poll/attempt/failure.ts'
import { HeadReader } from '../../src/poll/http/head-reader.ts'
import { mutations } from '../helpers/mutations.ts'
import { seeded } from '../helpers/random.ts'
import { RawResponseServer } from '../helpers/raw-response-server.ts'
import { shown } from './clients.ts'

/** Answers that are asked for at once, and from one server. */
const AT_ONCE = 64
const PER_SERVER = 5_000

/** A status, or why there is none. */
type Read = number | string

/** What undici takes, and headcount refuses as curl, Go's net/http or both of them do. */
const REFUSED: readonly RegExp[] = [
  // A line break before the head.
  /(?:^|\r?\n\r?\n)[\r\n]+HTTP\//,
  // A transfer coding but `chunked`, or more than one.
  /\n *Transfer-Encoding[ \t]*:(?![ \t]*chunked[ \t]*\r?\n(?![^]*Transfer-Encoding[ \t]*:))/i,
  // Carriage returns in a row.
  /\r\r/,
]

/** What came of a comparison. */
interface Comparison {
  /** How many answers were taken by whom. */
  readonly takenBy: { both: number; neither: number; headcount: number; undici: number }
  /** Where headcount refuses what it should take, reads another status, or depends on the pieces in which an answer comes. */
  readonly mistakes: string[]
}

/**
 * Puts so many random answers to HEAD to headcount's reader, whole and in pieces, and to undici over sockets: headcount reads the status
 * that undici reads in all that it takes, but for REFUSED.
 */
export async function compareWithUndici(seed: number, count: number): Promise<Comparison> {
  const random = seeded(seed)
  const comparison: Comparison = {
    takenBy: { both: 0, neither: 0, headcount: 0, undici: 0 },
    mistakes: [],
  }
  let texts: string[] = []
  for (const text of mutations(seed, count)) {
    texts.push(text)
    if (texts.length < PER_SERVER) continue
    await compareAll(texts, random, comparison)
    texts = []
  }
  await compareAll(texts, random, comparison)
  return comparison
}

async function compareAll(
  texts: readonly string[],
  random: ReturnType<typeof seeded>,
  comparison: Comparison,
): Promise<void> {
  const server = await RawResponseServer.start(texts)
  const agent = new Agent({ connections: AT_ONCE, headersTimeout: 20_000, bodyTimeout: 20_000 })
  let next = 0
  const askInTurn = async () => {
    while (next < texts.length) {
      const at = next++
      const theirs = await askUndici(agent, server.url, `/${at}`)
      compare(texts[at] as string, theirs, random, comparison)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn))
  await agent.destroy()
  await server.close()
}

async function askUndici(agent: Agent, origin: string, path: string): Promise<Read> {
  try {
    const { statusCode, body } = await agent.request({ origin, path, method: 'HEAD' })
    await body.dump()
    return statusCode
  } catch (error) {
    return (error as Error).message
  }
}

function compare(
  text: string,
  theirs: Read,
  random: ReturnType<typeof seeded>,
  { takenBy, mistakes }: Comparison,
): void {
  const answer = Buffer.from(text, 'latin1')
  const whole = read([answer])
  const pieces = cut(answer, random)
  const inPieces = read(pieces)
  const [isTaken, isTakenByThem] = [whole, theirs].map((one) => typeof one === 'number')
  takenBy[isTaken ? (isTakenByThem ? 'both' : 'headcount') : isTakenByThem ? 'undici' : 'neither']++
  const tell = (what: string) => mistakes.push(`${JSON.stringify(shown(text))}: ${what}`)
  if (whole !== inPieces)
    tell(`${whole} whole, ${inPieces} in pieces of ${pieces.map(({ length }) => length).join()}`)
  const isRefused = !isTaken && REFUSED.some((pattern) => pattern.test(text))
  if (isTakenByThem && whole !== theirs && !isRefused) tell(`${whole}, but undici reads ${theirs}`)
}

/** What headcount reads in an answer of these pieces, after which the connection ends. */
function read(pieces: readonly Buffer[]): Read {
  const reader = new HeadReader()
  for (const piece of pieces) {
    const found = reader.read(piece)
    if (isFailure(found)) return found.reason
    if (found !== null) return found.head.status
  }
  return 'closed'
}

/** An answer in up to four pieces. */
function cut(answer: Buffer, random: ReturnType<typeof seeded>): Buffer[] {
  const places = Array.from({ length: random.below(4) }, () => random.below(answer.length + 1))
  const sorted = places.toSorted((a, b) => a - b)
  return [0, ...sorted].map((from, n) => answer.subarray(from, sorted[n] ?? answer.length))
}
