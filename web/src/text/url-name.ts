import type { UrlRow } from '../server/answers.ts'

/** What a URL is called in a list: a name, and what goes with it. */
export interface UrlName {
  readonly name: string
  readonly rest: string
}

/** The label `name` of a URL, or its host, with the rest of it. */
export function nameOf({ url, labels }: Pick<UrlRow, 'url' | 'labels'>): UrlName {
  const [, scheme = '', host = url, path = ''] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/is.exec(url) ?? []
  const { name } = labels
  const shown = scheme === 'https://' || scheme === 'http://' ? '' : scheme
  if (name !== undefined && name !== '') return { name, rest: `${shown}${host}${path}` }
  return { name: `${shown}${host}`, rest: path === '/' ? '' : path }
}
