import test from 'ava'
import { sortPolls, WORDS } from '../../src/history/poll-words.ts'

test('polls are put in the order of URL and time, those of one time as they came, however many there are', (t) => {
  const polls = 2 ** 22 + 10
  const words = new Uint32Array(polls * WORDS)
  for (let poll = 0; poll < polls; poll++) words.set([(polls - poll) % 1_000, poll], poll * WORDS)
  const sorted = sortPolls(words)
  let misplaced = 0
  for (let at = WORDS; at < sorted.length; at += WORDS) {
    const [before = 0, , , , place = 0] = sorted.subarray(at - WORDS, at + 1)
    const isLater = (sorted[at + 1] as number) > (sorted[at + 1 - WORDS] as number)
    if (place < before || (place === before && !isLater)) misplaced++
  }
  t.is(misplaced, 0)
})
