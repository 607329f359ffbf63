/** Runs of a secret that are shorter, in UTF-16 units, are shown: they may be anything. */
const MIN_RUN = 4

/** A secret as short as this is hidden only as a whole. */
const MIN_SECRET = 3

/** A text of a server with `***` for every run of `minRun` or more characters that one of the secrets also has, and for whole shorter secrets. */
export function mask(text: string, secrets: readonly string[], minRun = MIN_RUN): string {
  if (text.length < MIN_SECRET || secrets.length === 0) return text
  const shorter = secrets.filter(({ length }) => length >= MIN_SECRET && length < minRun)
  const hidden = new Uint8Array(text.length)
  for (let at = 0; at + MIN_SECRET <= text.length; at++) {
    const run = text.slice(at, at + minRun)
    if (run.length === minRun && secrets.some((secret) => secret.includes(run)))
      hidden.fill(1, at, at + minRun)
    else
      for (const { length } of shorter.filter((secret) => run.startsWith(secret)))
        hidden.fill(1, at, at + length)
  }
  let masked = ''
  for (let at = 0; at < text.length; at++)
    if (hidden[at] === 0) masked += text[at]
    else if (hidden[at - 1] !== 1) masked += '***'
  return masked.toWellFormed()
}
