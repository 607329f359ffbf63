import { always, answer, head } from '../answers.ts'
import type { Case } from '../case.ts'

const COMMON = [
  200, 201, 202, 203, 204, 206, 207, 226, 300, 304, 400, 401, 403, 404, 405, 406, 410, 418, 429, 451,
]
const SERVER = [500, 501, 502, 503, 504, 511, 599, 600, 999]
const METHODS = ['HEAD', 'GET'] as const

const RANGES: readonly (readonly [status: number, accept: string])[] = [
  [404, '404'],
  [404, '400..=499'],
  [200, '404'],
  [204, '200'],
  [299, '200..=299'],
  [199, '200..=299'],
  [300, '200..=299'],
  [401, '200..=299,401'],
  [302, '302'],
  [302, '200..=399'],
  [500, '100..=599'],
  [999, '999'],
]

/** Statuses, and which of them count as up. */
export const STATUSES: readonly Case[] = [
  ...[...COMMON, ...SERVER].flatMap((status) =>
    METHODS.map((method) => ({
      name: `status: ${status}, ${method}`,
      ask: { url: 'http://{0}/', method },
      servers: [always(answer(status))],
    })),
  ),
  ...RANGES.map(([status, accept]) => ({
    name: `status: ${status}, accept=${accept}`,
    ask: { url: 'http://{0}/', method: 'GET', accept, redirects: status === 302 ? 0 : 10 },
    servers: [always(answer(status))],
  })),
  {
    name: 'status: HEAD refused with 405',
    ask: { url: 'http://{0}/' },
    servers: [{ reply: ({ method }) => answer(method === 'HEAD' ? 405 : 200) }],
    traits: ['HEAD refused'],
  },
  {
    name: 'status: HEAD refused with 403, GET with 500',
    ask: { url: 'http://{0}/' },
    servers: [{ reply: ({ method }) => answer(method === 'HEAD' ? 403 : 500) }],
    traits: ['HEAD refused'],
  },
  {
    name: 'status: early hints first',
    ask: { url: 'http://{0}/' },
    servers: [
      always({ head: head(103, ['Link: </a>']) + head(200, ['Content-Length: 0', 'Connection: close']) }),
    ],
  },
  {
    name: 'status: switching protocols, unasked',
    ask: { url: 'http://{0}/' },
    servers: [always({ head: head(101, ['Upgrade: x', 'Connection: Upgrade']) })],
    traits: ['101'],
  },
  ...(['000', '099', '1000', 'abc'] as const).map((status) => ({
    name: `status: ${status}`,
    ask: { url: 'http://{0}/' },
    servers: [always({ head: `HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n` })],
    traits: ['malformed status'],
  })),
]
