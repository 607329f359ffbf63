import test from 'ava'
import { FELL_SILENT_MS, ServerHealth, SILENCE_MS } from '../../../src/poll/names/health.ts'

test('silent is who was asked and has said nothing to anybody since', (t) => {
  const health = new ServerHealth()
  t.false(health.silentSince(0, SILENCE_MS - 1))
  t.true(health.silentSince(0, SILENCE_MS))
  for (const code of ['ETIMEOUT', 'ECONNREFUSED', 'EBADNAME']) health.heard(code, 100)
  t.true(health.silentSince(0, SILENCE_MS))
  health.heard('ESERVFAIL', 100)
  t.false(health.silentSince(0, SILENCE_MS))
  t.true(health.silentSince(200, 200 + SILENCE_MS))
})

test('who falls silent while a question is open is silent, too', (t) => {
  const health = new ServerHealth()
  health.heard('', 100)
  t.false(health.silentSince(0, 100 + FELL_SILENT_MS - 1))
  t.true(health.silentSince(0, 100 + FELL_SILENT_MS))
})

test('all fail when three names did and the probe did, and none was answered since', (t) => {
  const health = new ServerHealth()
  health.ended('', 'ESERVFAIL', 0)
  health.ended('a', 'ESERVFAIL', 1)
  health.ended('a', 'ESERVFAIL', 2)
  health.ended('b', 'EREFUSED', 3)
  t.false(health.allFail(4))
  health.ended('c', 'ETIMEOUT', 4)
  t.true(health.allFail(5))
  health.ended('d', 'ENOTFOUND', 6)
  t.false(health.allFail(7))
})

test('many dead names are theirs while the probe is answered', (t) => {
  const health = new ServerHealth()
  for (const name of ['a', 'b', 'c', 'd', 'e']) health.ended(name, 'ESERVFAIL', 1)
  t.false(health.allFail(2))
  health.ended('', 'ESERVFAIL', 3)
  t.true(health.allFail(4))
  health.ended('', '', 5)
  t.false(health.allFail(6))
})

test('failures long ago do not count', (t) => {
  const health = new ServerHealth()
  health.ended('', 'ESERVFAIL', 0)
  for (const name of ['a', 'b', 'c']) health.ended(name, 'ESERVFAIL', 0)
  t.true(health.allFail(59_999))
  health.ended('c', 'ESERVFAIL', 60_000)
  t.false(health.allFail(60_000))
})
