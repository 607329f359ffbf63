import { always, answer, head } from '../answers.ts'
import type { Case } from '../case.ts'

/** The headers of an answer, what is demanded, and what is special. */
const CASES: readonly (readonly [
  name: string,
  headers: readonly string[],
  response: Readonly<Record<string, string>>,
  ...traits: string[],
])[] = [
  ['text within', ['X-A: one two'], { 'x-a': 'two' }],
  ['other text', ['X-A: one two'], { 'x-a': 'three' }],
  ['missing', ['X-A: one'], { 'x-b': 'one' }],
  ['missing, any value', ['X-A: one'], { 'x-b': '/.*/' }],
  ['empty, any value', ['X-A:'], { 'x-a': '/^$/' }],
  ['expression', ['X-A: max-age=3600'], { 'x-a': '/^max-age=\\d+$/' }],
  ['expression that does not match', ['X-A: max-age=x'], { 'x-a': '/^max-age=\\d+$/' }],
  ['name in other case', ['x-A: one'], { 'X-a': 'one' }],
  ['twice, the first', ['X-A: one', 'X-A: two'], { 'x-a': 'one' }],
  ['twice, the second', ['X-A: one', 'X-A: two'], { 'x-a': 'two' }],
  ['twice, one of them whole', ['X-A: one', 'X-A: two'], { 'x-a': '/^two$/' }, 'repeated'],
  ['twice, both', ['X-A: one', 'X-A: two'], { 'x-a': 'one, two' }, 'repeated'],
  ['twice, apart', ['X-A: one', 'X-B: b', 'X-A: two'], { 'x-a': '/one.*two/' }, 'repeated'],
  ['folded, the first line', ['X-A: one', ' two'], { 'x-a': 'one' }],
  ['folded, the second line', ['X-A: one', ' two'], { 'x-a': 'two' }, 'folded'],
  ['folded, both lines', ['X-A: one', '\ttwo'], { 'x-a': 'one two' }, 'folded'],
  ['spaces around', ['X-A:   one   '], { 'x-a': '/^one$/' }],
  ['two checks, both', ['X-A: one', 'X-B: two'], { 'x-a': 'one', 'x-b': 'two' }],
  ['two checks, one', ['X-A: one', 'X-B: two'], { 'x-a': 'one', 'x-b': 'one' }],
  ['value in UTF-8', [`X-A: ${Buffer.from('Größe').toString('latin1')}`], { 'x-a': 'Größe' }, 'not ASCII'],
  ['value in Latin-1', ['X-A: Größe'], { 'x-a': 'Größe' }, 'not ASCII'],
  ['content type', ['Content-Type: text/html; charset=utf-8'], { 'content-type': 'text/html' }],
]

/** Headers of answers. */
export const HEADERS: readonly Case[] = [
  ...CASES.flatMap(([name, headers, response, ...traits]) =>
    ['HEAD', 'GET'].map((method) => ({
      name: `header: ${name}, ${method}`,
      ask: { url: 'http://{0}/', method, response },
      servers: [always(answer(200, headers))],
      traits,
    })),
  ),
  {
    name: 'header: of the redirect, not of the answer',
    ask: { url: 'http://{0}/', response: { 'x-a': 'one' } },
    servers: [
      { reply: ({ path }) => (path === '/' ? answer(302, ['X-A: one', 'Location: /a']) : answer(200)) },
    ],
  },
  {
    name: 'header: of an early hint, not of the answer',
    ask: { url: 'http://{0}/', response: { 'x-a': 'one' } },
    servers: [
      always({ head: head(103, ['X-A: one']) + head(200, ['Content-Length: 0', 'Connection: close']) }),
    ],
  },
  {
    name: 'header: with GET only',
    ask: { url: 'http://{0}/', response: { 'x-a': 'one' } },
    servers: [{ reply: ({ method }) => answer(200, method === 'GET' ? ['X-A: one'] : []) }],
  },
  {
    name: 'header: status 404 with it',
    ask: { url: 'http://{0}/', response: { 'x-a': 'one' } },
    servers: [always(answer(404, ['X-A: one']))],
  },
]
