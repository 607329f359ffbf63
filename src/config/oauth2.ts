import { oauth2Clients } from '../settings/oauth2-clients.ts'
import type { Oauth2Client } from '../settings/oauth2-clients.ts'
import { parseSecretFile } from '../settings/auth.ts'
import { parseUrl } from '../settings/url.ts'
import { DefinedNames, readDefinitions } from './definitions.ts'
import type { Tree } from './tree.ts'
import type { ResolvedText, ValueReader } from './value-reader.ts'

const KEYS = { required: ['token-url', 'client-id', 'client-secret'], optional: ['scope'] }

/** The clients of the configuration. */
export const clientNames = new DefinedNames((name) => oauth2Clients.withdraw(name))

/** Reads the OAuth2 clients, a map of names, and defines them. Paths are relative to `directory`. */
export function readOauth2(reader: ValueReader, tree: Tree, directory: string): void {
  readDefinitions(reader, tree, 'oauth2', KEYS, (name, map) => {
    const tokenUrl = map.read('token-url', parseTokenUrl)
    const clientId = map.read('client-id', parseText)
    const secret = map.read('client-secret', (_, filled) => parseSecret(filled, directory))
    const scope = map.read('scope', parseText)
    if (tokenUrl === null || clientId === null || secret === null) return
    reader.define(oauth2Clients.get(name) === null, () =>
      oauth2Clients.define(name, { tokenUrl, clientId, secret, scope }),
    )
    clientNames.add(name, reader.number)
  })
}

function parseTokenUrl(text: string): string {
  const parsed = parseUrl(text)
  if ('why' in parsed) throw new RangeError(parsed.why)
  if (!/^https?:/.test(parsed.url) || parsed.url.includes('@'))
    throw new RangeError('not a URL such as https://login.example/oauth2/token, without name and password')
  return parsed.url
}

function parseText(text: string): string {
  if (text === '' || /\p{Cc}/u.test(text)) throw new RangeError('it is empty or holds a control character')
  return text
}

/** A secret that stands in the configuration itself would be read by everybody who reads that. */
function parseSecret({ text, envNames }: ResolvedText, directory: string): Oauth2Client['secret'] {
  if (text.startsWith('@')) return { file: parseSecretFile(text.slice(1), directory) }
  if (envNames.length === 0)
    throw new RangeError("a secret belongs in a file or the environment: write '@FILE' or ${NAME}")
  return { text: parseText(text) }
}
