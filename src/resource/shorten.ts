/** A text of at most `length` UTF-16 units: a longer one ends with `…`. Never cuts a surrogate pair in two. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
