/** A client certificate and its key, as PEM. Equal contents from one file are one object. */
export interface ClientPem {
  /** Differs between any two. */
  readonly id: number
  readonly cert: string
  readonly key: string
}

/** Those in use, by the contents that were sent. */
const known = new WeakMap<Buffer, ClientPem>()
let made = 0

/** What main has sent for a pair: its two texts as JSON. Null: nothing yet. */
export function clientPemOf(sent: Buffer): ClientPem | null {
  if (sent.length === 0) return null
  const pem = known.get(sent)
  if (pem !== undefined) return pem
  const [cert, key] = JSON.parse(sent.toString()) as [string, string]
  const created = { id: ++made, cert, key }
  known.set(sent, created)
  return created
}
