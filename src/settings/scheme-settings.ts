import { optional, values } from './flag.ts'
import { STARTTLS } from './starttls.ts'
import { parseExpect, parseSend } from './talk.ts'
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
  values({
    usage: '--send <text>',
    field: 'talk',
    group: 'Request',
    help: String.raw`for tcp://, tls:// and ws:// URLs: send this text, with \r\n for the end of a line; repeatable`,
    type: {
      parse: parseSend,
      schema: { $ref: '#/definitions/value' },
      text: 'text such as `PING\\r\\n`',
      isOrdered: true,
      keepsEscapes: true,
    },
  }),
  values({
    usage: '--expect <text>',
    field: 'talk',
    group: 'Verdict',
    help: 'for URLs of other schemes than http: wait until the server has sent this text or what matches /expression/; repeatable',
    type: {
      parse: parseExpect,
      schema: { $ref: '#/definitions/value' },
      text: 'text or `/expression/`',
      isPattern: true,
      isOrdered: true,
    },
  }),
] as const
