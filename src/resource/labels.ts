/**
 * Parses the labels of a URL as `StateMap` keeps them. Every name is safe, even `__proto__`: JSON.parse makes each one an own
 * property.
 */
export function parseLabels(text: string): Readonly<Record<string, string>> {
  return text === '' ? {} : (JSON.parse(text) as Record<string, string>)
}

/** Formats labels for people: `env=prod team=web`. They may contain any text of the list: escape them before printing. */
export function formatLabels(text: string): string {
  return Object.entries(parseLabels(text))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
