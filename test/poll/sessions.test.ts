import test from 'ava'
import { FULL_HANDSHAKE_MS, RENEW_MS, Sessions } from '../../src/poll/sessions.ts'

const WALL = Date.parse('2026-01-02T03:04:05Z')
const session = Buffer.from('a session')

test('a session is offered for an hour after the full handshake, however often it is renewed', (t) => {
  const sessions = new Sessions()
  sessions.keep('a.example', { session, fullAt: 1_000, expiresAt: WALL + 1e9, givenAt: 1_000 })
  t.is(sessions.offer('a.example', 2_000, WALL)?.session, session)
  sessions.keep('a.example', { session, fullAt: 1_000, expiresAt: WALL + 1e9, givenAt: 1_000 })
  t.is(sessions.offer('a.example', 999 + FULL_HANDSHAKE_MS, WALL)?.session, session)
  t.is(sessions.offer('a.example', 1_000 + FULL_HANDSHAKE_MS, WALL), undefined)
  t.is(sessions.offer('a.example', 2_000, WALL), undefined)
})

test('none is offered once the certificate has expired', (t) => {
  const sessions = new Sessions()
  sessions.keep('a.example', { session, fullAt: 0, expiresAt: WALL, givenAt: 0 })
  t.is(sessions.offer('a.example', 1, WALL), undefined)
  sessions.keep('b.example', { session, fullAt: 0, expiresAt: Number.NaN, givenAt: 0 })
  t.is(sessions.offer('b.example', 1, WALL)?.session, session)
})

test('origins have their own, and one can be forgotten', (t) => {
  const sessions = new Sessions()
  sessions.keep('a.example', { session, fullAt: 0, expiresAt: WALL + 1, givenAt: 0 })
  t.is(sessions.offer('a.example:8443', 1, WALL), undefined)
  sessions.forget('a.example')
  t.is(sessions.offer('a.example', 1, WALL), undefined)
})

test('a session is used for a minute before it is renewed', (t) => {
  const sessions = new Sessions()
  t.true(sessions.renews('a.example', undefined, 0))
  const kept = { session, fullAt: 0, expiresAt: Number.NaN, givenAt: 5_000 }
  sessions.keep('a.example', kept)
  t.false(sessions.renews('a.example', kept, 5_000))
  t.false(sessions.renews('a.example', kept, 4_999 + RENEW_MS))
  t.true(sessions.renews('a.example', kept, 5_000 + RENEW_MS))
})

test('where a session is refused each handshake brings a new one, until something else is wrong there', (t) => {
  const sessions = new Sessions()
  const kept = { session, fullAt: 0, expiresAt: Number.NaN, givenAt: 0 }
  sessions.keep('a.example', kept)
  sessions.refused('a.example')
  t.is(sessions.offer('a.example', 1, WALL), undefined)
  sessions.keep('a.example', kept)
  t.true(sessions.renews('a.example', kept, 1))
  t.false(sessions.renews('b.example', kept, 1))
  sessions.forget('a.example')
  sessions.keep('a.example', kept)
  t.false(sessions.renews('a.example', kept, 1))
})
