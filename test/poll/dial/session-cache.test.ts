import test from 'ava'
import {
  MAX_RESUMPTION_MS,
  NO_OFFERS_MS,
  RENEW_MS,
  SessionCache,
} from '../../../src/poll/dial/session-cache.ts'

const WALL = Date.parse('2026-01-02T03:04:05Z')
const session = Buffer.from('a session')

test('a session is offered for an hour after the full handshake, however often it is renewed', (t) => {
  const sessions = new SessionCache()
  sessions.set('a.example', { session, fullHandshakeAt: 1_000, expiresAt: WALL + 1e9, receivedAt: 1_000 })
  t.is(sessions.get('a.example', 2_000, WALL)?.session, session)
  sessions.set('a.example', { session, fullHandshakeAt: 1_000, expiresAt: WALL + 1e9, receivedAt: 1_000 })
  t.is(sessions.get('a.example', 999 + MAX_RESUMPTION_MS, WALL)?.session, session)
  t.is(sessions.get('a.example', 1_000 + MAX_RESUMPTION_MS, WALL), undefined)
  t.is(sessions.get('a.example', 2_000, WALL), undefined)
})

test('no session is offered once the certificate has expired', (t) => {
  const sessions = new SessionCache()
  sessions.set('a.example', { session, fullHandshakeAt: 0, expiresAt: WALL, receivedAt: 0 })
  t.is(sessions.get('a.example', 1, WALL), undefined)
  sessions.set('b.example', { session, fullHandshakeAt: 0, expiresAt: Number.NaN, receivedAt: 0 })
  t.is(sessions.get('b.example', 1, WALL)?.session, session)
})

test('each origin has its own session, and forget() drops one', (t) => {
  const sessions = new SessionCache()
  sessions.set('a.example', { session, fullHandshakeAt: 0, expiresAt: WALL + 1, receivedAt: 0 })
  t.is(sessions.get('a.example:8443', 1, WALL), undefined)
  sessions.forget('a.example')
  t.is(sessions.get('a.example', 1, WALL), undefined)
})

test('a session is used for a minute before it is renewed', (t) => {
  const sessions = new SessionCache()
  t.true(sessions.needsRenewal('a.example', undefined, 0))
  const kept = { session, fullHandshakeAt: 0, expiresAt: Number.NaN, receivedAt: 5_000 }
  sessions.set('a.example', kept)
  t.false(sessions.needsRenewal('a.example', kept, 5_000))
  t.false(sessions.needsRenewal('a.example', kept, 4_999 + RENEW_MS))
  t.true(sessions.needsRenewal('a.example', kept, 5_000 + RENEW_MS))
})

test('if a session is rejected, each handshake brings a new one until the origin fails otherwise', (t) => {
  const sessions = new SessionCache()
  const kept = { session, fullHandshakeAt: 0, expiresAt: Number.NaN, receivedAt: 0 }
  sessions.set('a.example', kept)
  sessions.rejected('a.example')
  t.is(sessions.get('a.example', 1, WALL), undefined)
  sessions.set('a.example', kept)
  t.true(sessions.needsRenewal('a.example', kept, 1))
  t.false(sessions.needsRenewal('b.example', kept, 1))
  sessions.forget('a.example')
  sessions.set('a.example', kept)
  t.false(sessions.needsRenewal('a.example', kept, 1))
})

test('after two offers in a row that failed, an origin gets none for a day', (t) => {
  const sessions = new SessionCache()
  const kept = { session, fullHandshakeAt: 0, expiresAt: Number.NaN, receivedAt: 0 }
  const offers = (now: number) => {
    sessions.set('a.example', { ...kept, fullHandshakeAt: now, receivedAt: now })
    return sessions.get('a.example', now, WALL) !== undefined
  }
  sessions.failed('a.example', 0)
  t.true(offers(1))
  sessions.accepted('a.example')
  sessions.failed('a.example', 2)
  t.true(offers(3))
  sessions.failed('a.example', 4)
  t.false(offers(5))
  t.false(sessions.needsRenewal('a.example', undefined, 5), 'nor is a new one asked for')
  t.false(offers(3 + NO_OFFERS_MS))
  t.true(offers(4 + NO_OFFERS_MS))
})
