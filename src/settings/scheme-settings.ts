import { optional } from './flag.ts'
import { STARTTLS } from './starttls.ts'
import { choiceOf } from './value-types.ts'

/** The settings that only URLs of schemes other than http and https have. */
export const SCHEME_SETTINGS = [
  {
    ...optional({
      usage: '--starttls <protocol>',
      field: 'starttls',
      group: 'TLS',
      help: 'for tls:// URLs: begin in plain text, and go over to TLS as this protocol does',
      type: choiceOf(STARTTLS),
    }),
    choices: STARTTLS,
  },
] as const
