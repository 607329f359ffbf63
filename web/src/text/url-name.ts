import type { UrlRow } from '../server/answers.ts'
import { visible } from './visible.ts'

/** What a URL is called in a list: a name, and what goes with it. */
export interface UrlName {
  readonly name: string
  readonly rest: string
}

/** The label `name` of a URL, or its host, with the rest of it. A scheme that is not https is shown. */
export function nameOf({ url: text, labels }: Pick<UrlRow, 'url' | 'labels'>): UrlName {
  const url = visible(text)
  const [, scheme = '', host = url, path = ''] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/is.exec(url) ?? []
  const { name } = labels
  const shown = scheme.toLowerCase() === 'https://' ? '' : scheme
  if (name !== undefined && name !== '') return { name: visible(name), rest: `${shown}${host}${path}` }
  return { name: `${shown}${host}`, rest: path === '/' ? '' : path }
}
