/** The path under which the server is: all pages are one level below it. */
export const BASE = new URL('.', document.baseURI)

/** An answer takes no longer, in ms: the server ends one that takes longer than half of that. */
const TIMEOUT_MS = 60_000

/** An answer that is an error. */
export class AnswerError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The address of a path of the server, given without a slash before it. */
export function addressOf(path: string, query: URLSearchParams = new URLSearchParams()): string {
  const url = new URL(path, BASE)
  url.search = query.toString()
  return url.href
}

/** Asks the server for JSON. Rejects with an AnswerError, or with what `fetch` rejects with. */
export async function askJson<T>(path: string, query: URLSearchParams, signal?: AbortSignal): Promise<T> {
  const response = await ask(path, query, signal === undefined ? {} : { signal })
  return (await response.json()) as T
}

/** Asks the server for bytes. Rejects as `askJson` does. */
export async function askBytes(path: string, query: URLSearchParams): Promise<ArrayBuffer> {
  const response = await ask(path, query)
  return response.arrayBuffer()
}

/** Asks the server to change something. Rejects as `askJson` does. */
export async function sendChange(
  method: 'POST' | 'DELETE',
  path: string,
  query: URLSearchParams,
): Promise<void> {
  await ask(path, query, { method })
}

async function ask(path: string, query: URLSearchParams, init: RequestInit = {}): Promise<Response> {
  // A connection that was cut without a word answers nothing, for many minutes.
  const signals = [AbortSignal.timeout(TIMEOUT_MS), ...(init.signal == null ? [] : [init.signal])]
  const response = await fetch(addressOf(path, query), { ...init, signal: AbortSignal.any(signals) })
  if (!response.ok) throw new AnswerError(response.status, await errorText(response))
  return response
}

async function errorText(response: Response): Promise<string> {
  const text = await response.text()
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown }
    return typeof error === 'string' ? error : response.statusText
  } catch {
    return text.slice(0, 200) // An answer of a proxy.
  }
}
