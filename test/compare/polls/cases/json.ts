import { always, page } from '../answers.ts'
import type { Case, JsonCheck } from '../case.ts'

const HEALTH = JSON.stringify({
  status: 'ok',
  count: 3,
  ratio: 0.5,
  ready: true,
  failed: false,
  nothing: null,
  list: [{ name: 'a' }, { name: 'b' }],
  'a b': 'spaced',
  '': 'empty name',
  text: '3',
})

type Row = readonly [name: string, check: JsonCheck, document?: string, ...traits: string[]]

const check = (path: JsonCheck['path'], operator: JsonCheck['operator'] = '', value?: string): JsonCheck => ({
  path,
  operator,
  ...(value === undefined ? {} : { value }),
})

const DEEP = 2_000

const ROWS: readonly Row[] = [
  ['text', check(['status'], '=', 'ok')],
  ['other text', check(['status'], '=', 'bad')],
  ['text in other case', check(['status'], '=', 'OK')],
  ['not that text', check(['status'], '!=', 'bad')],
  ['not that text, but it is', check(['status'], '!=', 'ok')],
  ['number', check(['count'], '=', '3')],
  ['number, written otherwise', check(['count'], '=', '3.0'), HEALTH, 'number'],
  ['number less', check(['count'], '<', '4')],
  ['number not less', check(['count'], '<', '3')],
  ['number more', check(['count'], '>', '2.5')],
  ['number not more', check(['count'], '>', '3')],
  ['fraction', check(['ratio'], '<', '0.51')],
  ['true', check(['ready'], '=', 'true')],
  ['false', check(['failed'], '=', 'true')],
  ['null', check(['nothing'], '=', 'null'), HEALTH, 'null'],
  ['null exists', check(['nothing'])],
  ['exists', check(['count'])],
  ['does not exist', check(['missing'])],
  ['does not exist, not that value', check(['missing'], '!=', 'bad')],
  ['in a list', check(['list', 1, 'name'], '=', 'b')],
  ['behind the list', check(['list', 2])],
  ['name with a space', check(['a b'], '=', 'spaced')],
  ['empty name', check([''], '=', 'empty name')],
  ['text that is a number', check(['text'], '=', '3')],
  ['text, compared as a number', check(['text'], '>', '2'), HEALTH, 'text as number'],
  ['object, compared', check(['list'], '=', '3')],
  ['not JSON', check(['status']), 'status: ok'],
  ['empty', check(['status']), ''],
  ['a comma too many', check(['a']), '{"a": 1,}'],
  ['more behind it', check(['a']), '{"a": 1} x', 'more behind'],
  ['two documents', check(['a']), '{"a": 1}{"b": 2}', 'more behind'],
  ['NaN', check(['a']), '{"a": NaN}', 'NaN'],
  ['in single quotes', check(['a']), "{'a': 1}"],
  ['with a comment', check(['a']), '{"a": 1 /* one */}'],
  ['the same name twice', check(['a'], '=', '2'), '{"a": 1, "a": 2}'],
  ['the same name twice, the first', check(['a'], '=', '1'), '{"a": 1, "a": 2}'],
  ['integer past 2^53', check(['a'], '=', '9007199254740993'), '{"a": 9007199254740993}', 'large'],
  ['integer past 2^53, one less', check(['a'], '=', '9007199254740992'), '{"a": 9007199254740993}', 'large'],
  ['integer of 40 digits', check(['a'], '>', '1'), `{"a": ${'9'.repeat(40)}}`],
  ['1e400', check(['a'], '>', '1'), '{"a": 1e400}', '1e400'],
  ['escaped name', check(['ü'], '=', 'ok'), '{"\\u00fc": "ok"}'],
  ['half a surrogate', check(['a']), '{"a": "\\ud800"}', 'surrogate'],
  ['a control character in a text', check(['a']), '{"a": "\u0001"}', 'control'],
  ['with a byte order mark', check(['a']), '\ufeff{"a": 1}', 'mark'],
  ['nested deeply', check(['a']), `{"a": ${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`, 'deep'],
  ['a root that is a list', check([0, 'a'], '=', '1'), '[{"a": 1}]'],
  ['a root that is a text', check(['a']), '"a"'],
]

/** Values in JSON. */
export const JSON_VALUES: readonly Case[] = ROWS.map(([name, one, document = HEALTH, ...traits]) => ({
  name: `json: ${name}`,
  ask: { url: 'http://{0}/', json: [one] },
  servers: [always(page(document, 'Content-Type: application/json'))],
  traits,
}))
