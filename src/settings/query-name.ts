/** The longest label and name on the wire, in bytes (RFC 1035, section 2.3.4). */
const MAX_LABEL = 63
const MAX_NAME = 255

/** A dot, a byte as `\097`, a character behind a backslash that then means itself, or any other character that can be printed. */
const PART = /(?<dot>\.)|\\(?<byte>[01]\d\d|2[0-4]\d|25[0-5])|\\(?<itself>[ -/:-~])|(?<plain>[ -[\]-~])/y

/** The labels of a name as master files have it (RFC 1035, section 5.1), one character a byte; null if it is none. The dot at the end may be missing. */
export function queryLabels(text: string): readonly string[] | null {
  if (text === '.') return []
  const labels = ['']
  PART.lastIndex = 0
  while (PART.lastIndex < text.length) {
    const { dot, byte, itself, plain } = PART.exec(text)?.groups ?? {}
    const character = byte === undefined ? (itself ?? plain) : String.fromCharCode(Number(byte))
    if (dot !== undefined) labels.push('')
    else if (character === undefined) return null
    else labels[labels.length - 1] += character
  }
  if (labels.length > 1 && labels.at(-1) === '') labels.pop()
  const length = labels.reduce((sum, label) => sum + 1 + label.length, 1)
  const isValid =
    labels.every((label) => label.length >= 1 && label.length <= MAX_LABEL) && length <= MAX_NAME
  return isValid ? labels : null
}
