import type { Oauth2Client } from '../../settings/oauth2-clients.ts'
import type { ProbeAuth } from '../../settings/probe-module.ts'
import type { RequestData } from '../../settings/request-data.ts'
import { parseHttpUrl } from '../../settings/url.ts'
import type { FileNotices } from './file-notices.ts'
import { NO_SECRET_MANAGER, tlsKeys } from './network-keys.ts'
import { listOf, mapOf, parsed, readKeys, refused, TEXT } from './read-keys.ts'
import type { ReadMap, ReadValue } from './read-keys.ts'
import { proxyKeys } from './proxy-keys.ts'

const NONE: RequestData = { text: '' }

/** An authorization of a module, before its OAuth2 client has a name. */
type FoundAuth =
  Exclude<ProbeAuth, { type: 'oauth2' }> | { readonly type: 'oauth2'; readonly client: Oauth2Client }

/** The keys that say how requests identify themselves. */
export function authKeys(files: FileNotices) {
  return {
    basic_auth: basicAuth(files),
    authorization: authorization(files),
    oauth2: oauth2(files),
    bearer_token: WORD,
    bearer_token_file: files.open(true),
  }
}

/** How requests identify themselves; null: they do not. */
export function authOf(map: ReadMap<ReturnType<typeof authKeys>>): FoundAuth | null {
  const { basic_auth: basic, authorization: header, oauth2: client, bearer_token: token } = map.values
  map.atMostOne('basic_auth', 'authorization', 'oauth2', 'bearer_token', 'bearer_token_file')
  if (basic !== undefined) return basic
  if (header !== undefined) return header
  if (client !== undefined) return { type: 'oauth2', client }
  const credentials = token === undefined ? map.values.bearer_token_file : { text: token }
  return credentials === undefined ? null : { type: 'header', scheme: 'Bearer', credentials }
}

function basicAuth(files: FileNotices): ReadValue<FoundAuth> {
  return (reader, tree, name) => {
    const map = readKeys(reader, tree, name, {
      username: TEXT,
      username_file: files.open(false),
      username_ref: NO_SECRET_MANAGER,
      password: TEXT,
      password_file: files.open(true),
      password_ref: NO_SECRET_MANAGER,
    })
    map.atMostOne('username', 'username_file')
    map.atMostOne('password', 'password_file')
    const { values } = map
    return {
      type: 'basic',
      username: values.username_file ?? { text: values.username ?? '' },
      password: values.password_file ?? { text: values.password ?? '' },
    }
  }
}

/** What a header can hold after the name of its scheme. */
const WORD = parsed(checkWord)

function checkWord(text: string): string {
  if (/[\p{Cc}]/u.test(text)) throw new RangeError('it holds a control character')
  return text
}

const SCHEME = parsed((text) => {
  const scheme = text.trim()
  if (scheme.toLowerCase() === 'basic') throw new RangeError('for Basic, write basic_auth')
  if (!/^[\w!#$%&'*+.^`|~-]*$/.test(scheme)) throw new RangeError('not the name of a scheme such as Bearer')
  return scheme === '' ? 'Bearer' : scheme
})

function authorization(files: FileNotices): ReadValue<FoundAuth> {
  return (reader, tree, name) => {
    const map = readKeys(reader, tree, name, {
      type: SCHEME,
      credentials: WORD,
      credentials_file: files.open(true),
      credentials_ref: NO_SECRET_MANAGER,
    })
    map.atMostOne('credentials', 'credentials_file')
    const { type: scheme = 'Bearer', credentials, credentials_file: file } = map.values
    return {
      type: 'header',
      scheme,
      credentials: file ?? (credentials === undefined ? NONE : { text: credentials }),
    }
  }
}

const TOKEN_URL = parsed((text) => {
  const url = parseHttpUrl(text)
  if ('why' in url || url.url.includes('@'))
    throw new RangeError('not a URL such as https://login.example/oauth2/token, without name and password')
  return url.url
})

/** Main asks for tokens, for all probes of a module together. */
const NOT_FOR_TOKENS = refused(
  'tokens are asked for directly, with the certificates of the system and --cacert',
)

function oauth2(files: FileNotices): ReadValue<Oauth2Client> {
  return (reader, tree, name) => {
    const map = readKeys(reader, tree, name, {
      client_id: WORD,
      client_secret: TEXT,
      client_secret_file: files.open(true),
      client_secret_ref: NO_SECRET_MANAGER,
      scopes: listOf(WORD, '[read, write]'),
      token_url: TOKEN_URL,
      endpoint_params: mapOf(TEXT),
      tls_config: defaultTls(files),
      ...Object.fromEntries(Object.keys(proxyKeys).map((key) => [key, NOT_FOR_TOKENS])),
    })
    map.atMostOne('client_secret', 'client_secret_file')
    const { values } = map
    for (const key of ['client_id', 'token_url'] as const)
      if (!map.has(key)) map.report(key, `oauth2 needs it`)
    const secret = values.client_secret_file
    return {
      tokenUrl: values.token_url ?? '',
      clientId: values.client_id ?? '',
      secret: secret !== undefined && 'file' in secret ? secret : { text: values.client_secret ?? '' },
      scope: values.scopes === undefined || values.scopes.length === 0 ? null : values.scopes.join(' '),
      params: values.endpoint_params ?? [],
    }
  }
}

/** A tls_config that asks for nothing but what is there anyway. */
function defaultTls(files: FileNotices): ReadValue<true> {
  return (reader, tree, name) => {
    const map = readKeys(reader, tree, name, tlsKeys(files))
    const [key] = Object.entries(map.values).flatMap(([one, value]) => (value === false ? [] : [one]))
    if (key === undefined) return true
    return NOT_FOR_TOKENS(reader, tree, name)
  }
}
