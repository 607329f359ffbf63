/** Returns `read` with a memory of what it made of each text: many URLs have the same one. Not bounded: make one for each part of a search. */
export function remembered<T extends number | boolean>(read: (text: string) => T): (text: string) => T {
  const results = new Map<string, T>()
  let last = ''
  let result = read(last)
  return (text) => {
    if (text === last) return result
    last = text
    result = results.get(text) ?? read(text)
    results.set(text, result)
    return result
  }
}
