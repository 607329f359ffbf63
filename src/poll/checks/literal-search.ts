/** Makes a function that takes a text piece by piece, and tells whether all of `texts` have been found in it. */
export function literalSearch(texts: readonly string[]): (piece: string) => boolean {
  let missing = texts
  const overlap = Math.max(...texts.map(({ length }) => length)) - 1
  let tail = ''
  return (piece) => {
    const window = tail + piece
    missing = missing.filter((text) => !window.includes(text))
    tail = overlap === 0 ? '' : window.slice(-overlap)
    return missing.length === 0
  }
}
