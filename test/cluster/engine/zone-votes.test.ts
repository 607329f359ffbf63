import test from 'ava'
import { countVotes, outcomeOf } from '../../../src/state/zone-vote.ts'
import { seeded } from '../../helpers/random.ts'
import { ZoneVotes } from '../../../src/cluster/engine/zone-votes.ts'
import type { ResourceId, Verdict } from '../../../src/resource/resource.ts'

const URL = 5 as ResourceId
const CODES: Readonly<Record<string, Verdict>> = { u: 'up', d: 'down', n: 'unknown' }

/** Zones whose names are one letter each. */
function votesOf(live: string): { votes: ZoneVotes; polls: (...polls: string[]) => string } {
  const votes = new ZoneVotes()
  votes.states.setLive([...live])
  /** Each poll is a zone and what it finds, such as `ad`; returns those that are shown. */
  const polls = (...all: string[]) => all.filter((one) => take(votes, one)).join(' ')
  return { votes, polls }
}

function take(votes: ZoneVotes, poll: string, generation = 0): boolean {
  const verdict = CODES[poll[1] as string] as Verdict
  const reason = verdict === 'up' ? 'ok' : 'status'
  return votes.take(poll[0] as string, URL, generation, { verdict, reason, status: 0, durationMs: 1, at: 1 })
}

test('one zone that finds a URL down is not shown, and most of them are', (t) => {
  const { polls } = votesOf('abc')
  t.is(polls('au', 'bu', 'cu'), 'bu')
  t.is(polls('ad', 'bu', 'cu'), 'bu')
  t.is(polls('ad', 'bd', 'cd'), 'bd')
  t.is(polls('ad', 'bd', 'cu'), 'bd')
  t.is(polls('au', 'bd', 'cu'), 'au')
})

test('polls of one zone are shown, as long as it agrees', (t) => {
  const { polls } = votesOf('abc')
  polls('au', 'bu', 'cu')
  t.is(polls('cu', 'au', 'bu', 'au', 'cu', 'bu'), 'bu bu')
  t.is(polls('bd', 'cu', 'au', 'bu', 'cu'), 'cu cu')
})

test('when the zone whose polls are shown polls no more, those of another one are', (t) => {
  const { polls } = votesOf('ab')
  polls('au', 'bu', 'au')
  t.is(polls('bu', 'bu', 'au'), 'au', 'one that is late')
  t.is(polls(...Array.from({ length: 8 }, () => 'bu')), 'bu bu')
  t.is(polls('au', 'bu'), 'bu')
})

test('the verdict turns with the poll that turns the vote', (t) => {
  const { polls } = votesOf('abc')
  t.is(polls('au', 'bu', 'cu'), 'bu')
  t.is(polls('bd', 'cd'), 'cd')
})

test('a tie is not down', (t) => {
  const { polls } = votesOf('ab')
  t.is(polls('au', 'bd', 'au', 'bd'), 'au au')
  t.is(polls('ad', 'bd'), 'ad')
  t.is(polls('bu', 'ad'), 'bu')
})

test('a zone of which nothing is known does not count, until none knows anything', (t) => {
  const { polls } = votesOf('abc')
  polls('au', 'bu', 'cu')
  t.is(polls('an', 'bn', 'cu'), 'cu')
  t.is(polls('cd'), 'cd')
  t.is(polls('cn', 'an', 'bn'), 'cn')
})

test('the first zone to poll a URL waits for those that could say otherwise', (t) => {
  const { polls } = votesOf('abc')
  t.is(polls('ad'), '')
  t.is(polls('bu'), '')
  t.is(polls('cu'), 'cu')
  const alone = votesOf('abc')
  t.is(alone.polls('ad', 'ad'), 'ad')
})

test('a zone that joins has no vote before it has polled', (t) => {
  const { votes, polls } = votesOf('ab')
  polls('ad', 'bd')
  votes.states.setLive(['a', 'b', 'c', 'd'])
  t.is(polls('ad', 'bd'), 'bd')
  t.is(polls('cu', 'ad', 'bd'), 'bd')
  t.is(polls('du'), 'du')
})

test('a zone that is gone has no vote, and the next poll that agrees shows it', (t) => {
  const { votes, polls } = votesOf('abc')
  t.is(polls('au', 'bu', 'cd', 'cd'), 'bu')
  votes.states.setLive(['b', 'c'])
  t.is(polls('cd', 'bu'), 'bu')
  votes.states.setLive(['c'])
  t.is(polls('cd'), 'cd')
  // It comes back, and was up all the time.
  votes.states.setLive(['b', 'c'])
  t.is(polls('cd', 'bu', 'cd'), 'cd bu')
  // A zone that does not live is not heard.
  t.is(polls('ad', 'ad'), '')
})

test('the zone that speaks may go', (t) => {
  const { votes, polls } = votesOf('abc')
  t.is(polls('au', 'bu', 'cu'), 'bu')
  votes.states.setLive(['a', 'c'])
  t.is(polls('au', 'cu'), 'au')
})

test('what was known before counts until a zone polls again', (t) => {
  const { votes, polls } = votesOf('abc')
  votes.seed('a', URL, 0, 'up')
  votes.seed('b', URL, 0, 'down')
  votes.seed('c', URL, 0, 'down')
  t.is(polls('au'), '')
  t.is(polls('bd'), 'bd')
  t.is(votes.seed('b', URL, 0, 'up'), null)
  t.is(polls('cd'), '')
})

test('a URL that gets the id of another one begins anew', (t) => {
  const { votes, polls } = votesOf('ab')
  polls('ad', 'bd')
  t.false(take(votes, 'ad', 1))
  t.true(take(votes, 'bu', 1))
  t.is(votes.states.verdict('a', URL), 'down')
  const three = votesOf('abc')
  t.is(three.polls('au', 'bu', 'cu'), 'bu')
  t.false(take(three.votes, 'bu', 1))
  t.true(take(three.votes, 'au', 1))
})

test('whatever zones say and whichever live, what is shown is what most say that live, once all have polled', (t) => {
  for (let seed = 1; seed <= 300; seed++) {
    const { below } = seeded(seed)
    const { votes } = votesOf('abcd')
    let shown = ''
    for (let round = 0; round < 20; round++) {
      const live = [...'abcd'].filter(() => below(3) > 0)
      votes.states.setLive(live)
      const finds = new Map(live.map((zone) => [zone, 'udn'[below(3)] as string]))
      // In any order, and some more often than others.
      const order = Array.from({ length: 3 }, () => live.filter(() => below(4) > 0)).flat()
      for (const zone of [...order, ...live, ...live]) {
        const code = finds.get(zone) as string
        if (!take(votes, zone + code)) continue
        shown = code
        const after = countVotes(votes.states.names.map((name) => votes.states.verdict(name, URL)))
        t.is(CODES[code], outcomeOf(after), `seed ${seed}, round ${round}`)
      }
      const all = countVotes([...finds.values()].map((code) => CODES[code] as Verdict))
      if (live.length > 0) t.is(CODES[shown], outcomeOf(all), `seed ${seed}, round ${round}`)
    }
  }
})

test('of a whole round of polls that agree, one is shown', (t) => {
  const { polls } = votesOf('abcd')
  polls('au', 'bu', 'cu', 'du')
  for (let round = 0; round < 10; round++) t.is(polls('au', 'bu', 'cu', 'du').length, 2)
})
