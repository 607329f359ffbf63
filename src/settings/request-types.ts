import { basename } from 'node:path'
import { parseAuth } from './auth.ts'
import type { Auth } from './auth.ts'
import { parseMethod } from './method.ts'
import { parseData } from './request-data.ts'
import type { RequestData } from './request-data.ts'
import { HIDDEN, SUBSTITUTED } from './value-types.ts'
import type { ValueType } from './value-types.ts'

// Kinds of values that say what a request is.

/** The method of a request. */
export const METHOD: ValueType<string> = {
  parse: parseMethod,
  schema: {
    anyOf: [
      {
        type: 'string',
        pattern: "^[\\w!#$%&'*+.^`|~-]{1,40}$",
        not: { pattern: '^(get|head|post|put|delete|options|trace|patch|connect|CONNECT)$' },
      },
      SUBSTITUTED,
    ],
  },
  text: 'a method such as `GET` or `POST`',
}

/** The body of a request. */
export const DATA: ValueType<RequestData> = {
  parse: parseData,
  schema: { $ref: '#/definitions/value' },
  text: 'text, or `@FILE`',
  show: (data) => ('file' in data ? `@${basename(data.file)}` : HIDDEN),
}

/** How requests identify themselves. */
export const AUTH: ValueType<Auth> = {
  parse: parseAuth,
  schema: { anyOf: [{ type: 'string', pattern: '^((basic|bearer|digest):@.|(oauth2|aws):.)' }, SUBSTITUTED] },
  text: '`basic:@FILE`, `digest:@FILE`, `bearer:@FILE`, `oauth2:NAME` or `aws:NAME`',
  show(auth) {
    if (auth.scheme === 'oauth2') return `oauth2:${auth.client}`
    return auth.scheme === 'aws' ? `aws:${auth.identity}` : `${auth.scheme}:@${basename(auth.file)}`
  },
}
