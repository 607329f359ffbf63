import test from 'ava'
import { Authenticator } from '../../../src/web/server/authenticator.ts'
import type { CheckPassword } from '../../../src/web/server/gate.ts'
import { checkPassword } from '../../../src/web/server/password-check.ts'

/** The hashes of `secret`. */
const ALICE = '$2y$04$ntbssW9JJkRRrMz9LwOItOuR.hbOetbXT601e4rPGJOVP6IvMcQS6'
const USERS = new Map([['alice', ALICE]])

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

const isSecret: CheckPassword = (password, hash) => Promise.resolve(password === 'secret' && hash === ALICE)

/** An authenticator whose checks are counted; its clock stands still until a test moves it on. */
function setUp(check = isSecret) {
  const hashes: string[] = []
  const clock = { now: 0 }
  const authenticator = new Authenticator(
    (password, hash) => {
      hashes.push(hash)
      return check(password, hash)
    },
    () => clock.now,
  )
  const ask = (header: string, client = 'a', users: ReadonlyMap<string, string> = USERS) =>
    authenticator.authenticate(header, users, { client, whenOver: () => {} })
  return { ask, hashes, clock }
}

test('the right password of a user gets through', async (t) => {
  const { ask, hashes } = setUp(async (password, hash) => {
    return (await checkPassword({ type: 'password', password, hash })).isRight
  })
  t.is(await ask(basic('alice', 'secret')), 'right')
  t.is(await ask(basic('alice', 'secret').replace('Basic', 'basic ')), 'right')
  t.is(await ask(basic('alice', 'wrong')), 'wrong')
  t.is(await ask(basic('Alice', 'secret')), 'wrong')
  t.is(hashes.length, 3)
  for (const header of [
    '',
    'Basic',
    'Basic !',
    `Bearer ${ALICE}`,
    `Basic ${Buffer.from('alice').toString('base64')}`,
  ])
    t.is(await ask(header), 'wrong')
  t.is(hashes.length, 3, 'what has no password is not checked')
})

test('a result is kept, and requests that come together share it', async (t) => {
  const { ask, hashes } = setUp()
  const together = await Promise.all([1, 2, 3].map(() => ask(basic('alice', 'secret'))))
  t.deepEqual(together, ['right', 'right', 'right'])
  t.is(await ask(basic('alice', 'secret')), 'right')
  t.is(hashes.length, 1)
  // With another hash it is another question.
  const changed = new Map([['alice', ALICE.replace('ntbssW', 'ntbssX')]])
  t.is(await ask(basic('alice', 'secret'), 'a', changed), 'wrong')
  t.is(await ask(basic('alice', 'secret'), 'a', new Map([['bob', ALICE]])), 'wrong')
  t.is(hashes.length, 3)
})

test('an unknown user costs as much as a known one', async (t) => {
  const { ask, hashes } = setUp()
  const users = new Map([
    ['alice', ALICE],
    ['bob', ALICE.replace('$04', '$05')],
  ])
  for (let n = 0; n < 16; n++) t.is(await ask(basic(`nobody${n}`, 'secret'), 'a', users), 'wrong')
  t.is(hashes.length, 16)
  t.true(hashes.every((hash) => hash.length === ALICE.length))
  t.deepEqual([...new Set(hashes.map((hash) => hash.slice(0, 7)))].toSorted(), ['$2y$04$', '$2y$05$'])
})

test('guessing is limited for each client, and keeps nobody out who has the password', async (t) => {
  const { ask, hashes, clock } = setUp()
  t.is(await ask(basic('alice', 'secret'), 'friend'), 'right')
  for (let n = 0; n < 20; n++) t.is(await ask(basic('alice', `guess ${n}`)), 'wrong')
  t.is(await ask(basic('alice', 'guess 20')), 'busy')
  t.is(await ask(basic('alice', 'guess 3')), 'wrong', 'kept results cost nothing')
  t.is(await ask(basic('alice', 'secret')), 'right')
  t.is(await ask(basic('alice', 'another'), 'b'), 'wrong')
  clock.now = 1_000
  t.is(await ask(basic('alice', 'guess 21')), 'wrong')
  t.is(hashes.length, 23)
})

test('passwords of many clients wait for each other, up to a bound', async (t) => {
  const { ask, hashes } = setUp()
  const results = await Promise.all(
    Array.from({ length: 30 }, (_, n) => ask(basic('alice', `guess ${n}`), `client ${n}`)),
  )
  t.is(results.filter((result) => result === 'busy').length, 14)
  t.is(hashes.length, 16)
  t.is(await ask(basic('alice', 'secret')), 'right')
})

test('results are bounded: wrong ones do not push out right ones', async (t) => {
  const { ask, hashes } = setUp()
  t.is(await ask(basic('alice', 'secret')), 'right')
  for (let n = 0; n < 250; n++) await ask(basic('alice', `guess ${n}`), `client ${n}`)
  t.is(hashes.length, 251)
  t.is(await ask(basic('alice', 'secret')), 'right')
  t.is(hashes.length, 251)
  t.is(await ask(basic('alice', 'guess 0'), 'x'), 'wrong')
  t.is(hashes.length, 252, 'the oldest was forgotten')
})

test('a check that fails is tried again', async (t) => {
  let fails = true
  const authenticator = new Authenticator(
    () => (fails ? Promise.reject(new Error('ended')) : Promise.resolve(true)),
    () => 0,
  )
  const requester = { client: 'a', whenOver: () => {} }
  await t.throwsAsync(authenticator.authenticate(basic('alice', 'secret'), USERS, requester))
  fails = false
  t.is(await authenticator.authenticate(basic('alice', 'secret'), USERS, requester), 'right')
})
