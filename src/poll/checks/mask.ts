/** Runs of a secret that are shorter, in UTF-16 units, are shown: they may be anything. */
const MIN_RUN = 4

/** A secret as short as this is hidden only as a whole. */
const MIN_SECRET = 3

/** A text of a server with `***` for every run of `minRun` or more characters that one of the secrets also has, and for whole shorter secrets. */
export function mask(text: string, secrets: readonly string[], minRun = MIN_RUN): string {
  if (text.length < MIN_SECRET || secrets.length === 0) return text
  const shared = sharedRuns(text, secrets, minRun)
  const shorter = new Set(secrets.filter(({ length }) => length >= MIN_SECRET && length < minRun))
  if (shared.size + shorter.size === 0) return text.toWellFormed()
  const hidden = new Uint8Array(text.length)
  for (let at = 0; at + MIN_SECRET <= text.length; at++) {
    const run = text.slice(at, at + minRun)
    if (shared.has(run)) hidden.fill(1, at, at + minRun)
    else
      for (let length = MIN_SECRET; length < minRun && shorter.size > 0; length++)
        if (shorter.has(run.slice(0, length))) hidden.fill(1, at, at + length)
  }
  let masked = ''
  for (let at = 0; at < text.length; at++)
    if (hidden[at] === 0) masked += text[at]
    else if (hidden[at - 1] !== 1) masked += '***'
  return masked.toWellFormed()
}

/** The runs of a text that secrets also have. Secrets may be as long as the body of a request: each is gone through once. */
function sharedRuns(text: string, secrets: readonly string[], size: number): Set<string> {
  const runs = new Set<string>()
  for (let at = 0; at + size <= text.length; at++) runs.add(text.slice(at, at + size))
  const shared = new Set<string>()
  for (const secret of runs.size === 0 ? [] : secrets)
    for (let at = 0; at + size <= secret.length; at++) {
      const run = secret.slice(at, at + size)
      if (runs.has(run)) shared.add(run)
    }
  return shared
}
