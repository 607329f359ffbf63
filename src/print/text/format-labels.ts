/**
 * The labels in a text that `StateMap` keeps of a URL, by name: any name, `__proto__` too, since JSON.parse makes each a
 * property of the object's own.
 */
export function parseLabels(text: string): Readonly<Record<string, string>> {
  return text === '' ? {} : (JSON.parse(text) as Record<string, string>)
}

/** The same for a person: `env=prod team=web`. May hold any text of the list: escape before printing. */
export function formatLabels(text: string): string {
  return Object.entries(parseLabels(text))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
