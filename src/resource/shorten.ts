/** A text of at most `length` UTF-16 units: a longer one ends with `…`. Never cuts a surrogate pair in two. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${cut(text, length - 1)}…`
}

/** The first `length` UTF-16 units of a text, one less where that would cut a surrogate pair in two. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}
