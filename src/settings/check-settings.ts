import { optional, value, values } from './flag.ts'
import { mergeHeaders, parseHeaderCheck } from './headers.ts'
import { RESPONSE } from './named-setting.ts'
import { mergeJsonChecks } from './json-check.ts'
import { BYTES, JSON_CHECK, PATTERN, TIME } from './value-types.ts'

// Rows of URL_SETTINGS.

/** What an answer with an accepted status must be like. */
export const CHECK_SETTINGS = [
  optional({
    usage: '--max-time <duration>',
    field: 'maxTimeMs',
    group: 'Verdict',
    help: 'an answer that takes longer is down',
    type: TIME,
  }),
  {
    ...values({
      usage: '--response <name: text>',
      field: 'responseHeaders',
      group: 'Verdict',
      help: 'the answer must have this header with this text, or matching /expression/; repeatable',
      type: { parse: parseHeaderCheck, schema: RESPONSE.schema, text: '`name: text`' },
      combine: mergeHeaders,
    }),
    named: RESPONSE,
  },
  values({
    usage: '--body <text>',
    field: 'body',
    group: 'Verdict',
    help: 'the body of the answer must contain this text, or match /expression/; repeatable',
    type: PATTERN,
  }),
  {
    ...values({
      usage: '--body-not <text>',
      field: 'bodyNot',
      group: 'Verdict',
      help: 'the body must not contain this text, nor match /expression/; repeatable',
      type: PATTERN,
    }),
    alias: 'body!',
  },
  {
    ...values({
      usage: '--json <check>',
      field: 'json',
      group: 'Verdict',
      help: 'the body must be JSON with this at a path: status=ok, count>3, count<9 (in a shell, quote < and >), state!=bad, or id for any value; repeatable',
      type: JSON_CHECK,
      combine: mergeJsonChecks,
    }),
    withPath: 'json.PATH=',
  },
  value({
    usage: '--body-limit <size>',
    field: 'bodyLimit',
    group: 'Verdict',
    help: 'look at no more of a body than this, decoded',
    type: BYTES,
    default: '1MiB',
  }),
  optional({
    usage: '--max-size <size>',
    field: 'maxSize',
    group: 'Verdict',
    help: 'an answer whose decoded body is larger is down',
    type: BYTES,
  }),
] as const
