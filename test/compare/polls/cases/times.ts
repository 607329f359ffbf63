import { always, answer, head } from '../answers.ts'
import type { Case, Reply } from '../case.ts'

/** Longer than any deadline of these cases by far. */
const LATE_MS = 3_000

const late: Reply = { ...answer(200), delayMs: LATE_MS }
const silent: Reply = { head: '', after: 'silence' }

/** Answers that come late, in part or not at all. */
export const TIMES: readonly Case[] = [
  {
    name: 'time: max-time, at once',
    ask: { url: 'http://{0}/', maxTimeMs: 15_000 },
    servers: [always(answer(200))],
  },
  { name: 'time: max-time, late', ask: { url: 'http://{0}/', maxTimeMs: 500 }, servers: [always(late)] },
  { name: 'time: deadline, late', ask: { url: 'http://{0}/', timeoutMs: 500 }, servers: [always(late)] },
  { name: 'time: silent', ask: { url: 'http://{0}/', timeoutMs: 1_500 }, servers: [always(silent)] },
  {
    name: 'time: half a head, then silent',
    ask: { url: 'http://{0}/', timeoutMs: 1_500 },
    servers: [always({ head: 'HTTP/1.1 200 OK\r\nX-A: ', after: 'silence' })],
  },
  {
    name: 'time: a head and no body, HEAD',
    ask: { url: 'http://{0}/', method: 'HEAD' },
    servers: [always({ head: head(200, ['Content-Length: 5']), after: 'silence' })],
  },
  {
    name: 'time: a head and no body, GET',
    ask: { url: 'http://{0}/', method: 'GET', timeoutMs: 1_500 },
    servers: [always({ head: head(200, ['Content-Length: 5']), after: 'silence' })],
    traits: ['no body is looked at'],
  },
  { name: 'end: nobody listens', ask: { url: 'http://{0}/' }, servers: [{ isAbsent: true }] },
  {
    name: 'end: closed at once',
    ask: { url: 'http://{0}/' },
    servers: [{ serve: (socket) => void socket.end() }],
  },
  { name: 'end: closed after the request', ask: { url: 'http://{0}/' }, servers: [always({ head: '' })] },
  {
    name: 'end: closed in the head',
    ask: { url: 'http://{0}/' },
    servers: [always({ head: 'HTTP/1.1 200 OK\r\nX-A: 1\r\n' })],
  },
  { name: 'end: reset', ask: { url: 'http://{0}/' }, servers: [always({ head: '', after: 'reset' })] },
  {
    name: 'end: banner of SSH',
    ask: { url: 'http://{0}/' },
    servers: [always({ head: 'SSH-2.0-OpenSSH_9.6\r\n' })],
  },
  {
    name: 'end: HTTP/0.9',
    ask: { url: 'http://{0}/', method: 'GET' },
    servers: [always({ head: '<html>hello</html>' })],
  },
  {
    name: 'end: TLS on this port',
    ask: { url: 'http://{0}/', method: 'GET' },
    servers: [{ ...always(answer(200)), tls: { certificate: 'good' } }],
  },
]
