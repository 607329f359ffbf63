/** Runs of a secret that are shorter, in UTF-16 units, are shown: they may be anything. */
const MIN_RUN = 4

/** A secret as short as this is hidden only as a whole. */
const MIN_SECRET = 3

/** A text of a server with `***` for every run of four or more characters that one of the secrets also has. */
export function mask(text: string, secrets: readonly string[]): string {
  const hidden = new Uint8Array(text.length)
  for (let at = 0; at + MIN_SECRET <= text.length; at++) {
    const run = text.slice(at, at + MIN_RUN)
    const short = text.slice(at, at + MIN_SECRET)
    if (run.length === MIN_RUN && secrets.some((secret) => secret.includes(run)))
      hidden.fill(1, at, at + MIN_RUN)
    else if (secrets.includes(short)) hidden.fill(1, at, at + MIN_SECRET)
  }
  let masked = ''
  for (let at = 0; at < text.length; at++)
    if (hidden[at] === 0) masked += text[at]
    else if (hidden[at - 1] !== 1) masked += '***'
  return masked.toWellFormed()
}
