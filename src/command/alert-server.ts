import packageJson from '#package.json' with { type: 'json' }
import { redactUrl } from '../resource/redact-url.ts'
import type { Url } from '../resource/resource.ts'
import { basicAuthorization, loginOf } from '../settings/basic-authorization.ts'
import { escapeUnprintable, redactName } from '../settings/quote.ts'
import { parseHttpUrl } from '../settings/url.ts'
import { inputText, limitBytes } from '../targets/input-file.ts'
import { describeError, ListError } from '../targets/read-targets.ts'
import { cut } from '../resource/shorten.ts'

/** Where headcount listens unless it is told otherwise. */
const DEFAULT_SERVER = 'http://127.0.0.1:9115'

/** The environment variable with its address. */
const VARIABLE = 'HEADCOUNT_SERVER'

/** An answer comes within this time, in ms. */
const DEADLINE_MS = 15_000

/** The most bytes of an answer: a thousand alerts with labels and what was seen are some 2 MB. */
const MAX_BYTES = 32 << 20

/** The longest file with an address, in bytes. */
const MAX_ADDRESS_BYTES = 16 << 10

/**
 * Asks a headcount that runs. Resolves with its answer; with the exit code if there is none, which is reported: 1, or 3 for an address that
 * cannot be used. `command`: the name of the sub-command.
 */
export async function askServer(
  command: string,
  given: string | undefined,
  env: NodeJS.ProcessEnv,
  log: (lines: string) => void,
  ask: (server: AlertServer) => Promise<object>,
): Promise<object | 1 | 3> {
  let server: AlertServer | null = null
  try {
    server = await AlertServer.find(given, env)
    return await ask(server)
  } catch (error) {
    if (!(error instanceof ListError)) throw error
    log(`${server === null ? 'error: ' : ''}${command}: ${error.message}\n`)
    return server === null ? 3 : 1
  }
}

/** A headcount that runs, asked for its alerts over its API. */
class AlertServer {
  readonly #url: Url
  readonly #name: string

  private constructor(url: Url) {
    this.#url = url
    this.#name = redactUrl(url).replace(/\/+$/, '')
  }

  /**
   * Finds the address: `given` on the command line, `@FILE` for the first line of a file; undefined: that of the environment, or the default.
   * Rejects with a ListError that does not tell a password.
   */
  static async find(given: string | undefined, env: NodeJS.ProcessEnv): Promise<AlertServer> {
    const ofEnv = env[VARIABLE]?.trim() ?? ''
    const [place, text] =
      given !== undefined ? ['--server', given] : ofEnv === '' ? ['', DEFAULT_SERVER] : [VARIABLE, ofEnv]
    if (text.startsWith('@')) return AlertServer.#parse(...(await readAddress(text.slice(1))))
    const server = AlertServer.#parse(place, text)
    if (given === undefined || new URL(server.#url).password === '') return server
    const why = `every user of this machine can see a password on the command line: put the URL into ${VARIABLE}, or into a file: --server @FILE`
    throw new ListError(place, why)
  }

  static #parse(place: string, text: string): AlertServer {
    const parsed = parseHttpUrl(text)
    if ('why' in parsed) throw new ListError(place, `${parsed.why}: such as ${DEFAULT_SERVER}`)
    return new AlertServer(parsed.url)
  }

  /**
   * Asks a path of the API, given without a slash before it. Rejects with a ListError that says what to do. `isExpected`: whether an answer
   * is one of headcount: other programs have such a path too, as Prometheus.
   */
  async ask(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    query: URLSearchParams,
    isExpected: (answer: object) => boolean,
  ): Promise<object> {
    const { status, text } = await this.#request(method, path, query)
    const answer = parseJson(text)
    if (status === 200 && typeof answer === 'object' && answer !== null && isExpected(answer)) return answer
    const { error } = (answer ?? {}) as { readonly error?: unknown }
    const why = typeof error === 'string' ? escapeUnprintable(cut(error, 500)) : null
    if (status === 401)
      throw this.#failure(
        loginOf(new URL(this.#url)) === null ? NO_LOGIN : 'the user or the password is wrong',
      )
    if (why === null) throw this.#failure(`it is no headcount with alerts that answers: status ${status}`)
    if (status === 503) throw this.#failure(`${why}: has its configuration alerts?`)
    throw this.#failure(why)
  }

  async #request(method: string, path: string, query: URLSearchParams) {
    const url = new URL(this.#url)
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/${path}`
    url.search = query.toString()
    const login = loginOf(url)
    url.username = ''
    url.password = ''
    const headers = {
      'user-agent': `headcount/${packageJson.version}`,
      ...(login === null ? {} : { authorization: basicAuthorization(login) }),
    }
    try {
      // The password is for this server alone.
      const options = {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(DEADLINE_MS),
      } as const
      const { status, body } = await fetch(url, options)
      const pieces: Buffer[] = []
      if (body !== null) for await (const piece of limitBytes(MAX_BYTES, body)) pieces.push(piece)
      return { status, text: Buffer.concat(pieces).toString() }
    } catch (error) {
      throw this.#failure(connectionFault(error as Error), error)
    }
  }

  #failure(why: string, cause?: unknown): ListError {
    return new ListError(this.#name, why, cause)
  }
}

const NO_LOGIN = `it asks for a password: ${VARIABLE}=http://USER:PASSWORD@HOST:PORT, or that URL in a file: --server @FILE`

/** The name of the file, and its first line. */
async function readAddress(path: string): Promise<[name: string, line: string]> {
  const name = redactName(path)
  try {
    const text = await inputText(path, MAX_ADDRESS_BYTES)
    return [name, (text.split('\n')[0] as string).trim()]
  } catch (cause) {
    throw new ListError(name, describeError(cause), cause)
  }
}

/** Of text that is not JSON: undefined. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined // Told as an answer of something else.
  }
}

function connectionFault(error: Error): string {
  if (error.name === 'TimeoutError') return `no complete answer within ${DEADLINE_MS / 1_000} s`
  const cause = error.cause ?? error
  const why = escapeUnprintable(describeError(cause))
  const isRefused = (cause as NodeJS.ErrnoException).code === 'ECONNREFUSED'
  return isRefused
    ? `${why}: does headcount run there, with --listen? --server URL names another address`
    : why
}
