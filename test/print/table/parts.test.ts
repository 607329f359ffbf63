import test from 'ava'
import { Painter } from '../../../src/print/table/painter.ts'
import { RecentStates } from '../../../src/print/table/recent-states.ts'
import { CpuShares, PollStats } from '../../../src/print/table/poll-stats.ts'
import type { ResourceId } from '../../../src/resource/resource.ts'
import { down, up } from '../../helpers/state.ts'

function canvasOf() {
  const canvas = { bufferedLength: 0, text: '', write: (text: string) => void (canvas.text += text) }
  /** What was written since the last call. */
  const written = () => {
    const { text } = canvas
    canvas.text = ''
    return text
  }
  return { canvas, written, painter: new Painter(canvas) }
}

test('a painter writes the lines that have changed and no more', (t) => {
  const { painter, written } = canvasOf()
  painter.enter()
  painter.paint(['a', 'b', 'c'])
  t.is(
    written(),
    '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J\u001b[1;1H\u001b[2Ka\u001b[2;1H\u001b[2Kb\u001b[3;1H\u001b[2Kc',
  )
  painter.paint(['a', 'B', 'c'])
  t.is(written(), '\u001b[2;1H\u001b[2KB')
  painter.paint(['a', 'B', 'c'])
  t.is(written(), '')
  painter.invalidate()
  painter.paint(['a'])
  t.is(written(), '\u001b[2J\u001b[1;1H\u001b[2Ka')
})

test('it enters and leaves the alternate screen, once, and draws nothing outside of it', (t) => {
  const { painter, written } = canvasOf()
  painter.paint(['a'])
  painter.leave()
  t.is(written(), '')
  painter.enter()
  painter.leave()
  t.is(written(), '')
  painter.enter()
  painter.paint([])
  t.true(written().startsWith('\u001b[?1049h'))
  painter.leave()
  painter.leave()
  painter.paint(['a'])
  t.is(written(), '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l')
})

test('a terminal that is behind gets the next frame, whole', (t) => {
  const { painter, written, canvas } = canvasOf()
  painter.enter()
  painter.paint(['a'])
  written()
  canvas.bufferedLength = 1
  painter.paint(['b'])
  t.is(written(), '')
  canvas.bufferedLength = 0
  painter.paint(['b'])
  t.is(written(), '\u001b[1;1H\u001b[2Kb')
})

test('the last States of a URL, the newest first: twenty, or five where there are many URLs', (t) => {
  const recent = new RecentStates()
  const ats = (id: number) => recent.get(id as ResourceId).map(({ at }) => at)
  for (let at = 0; at < 25; at++) recent.add(up(0, { at }), 512)
  t.deepEqual([ats(0).length, ats(0)[0], ats(0)[19]], [20, 24, 5])
  recent.watch(2 as ResourceId)
  for (let at = 0; at < 25; at++) for (const id of [1, 2]) recent.add(up(id, { at }), 513)
  t.deepEqual(ats(1), [24, 23, 22, 21, 20])
  t.is(ats(2).length, 20)
  t.deepEqual(ats(3), [])
})

test('States are kept of a bounded number of URLs, of one that is looked at in any case', (t) => {
  const recent = new RecentStates()
  recent.watch(1 as ResourceId)
  for (let id = 0; id < 5_000; id++) recent.add(id === 1 ? up(id) : down(id), 5_000)
  const kept = Array.from({ length: 5_000 }, (_, id) => recent.get(id as ResourceId).length).filter(
    (count) => count > 0,
  )
  t.is(kept.length, 2_048)
  t.is(recent.get(0 as ResourceId).length, 0)
  t.is(recent.get(1 as ResourceId).length, 1)
  t.is(recent.get(4_999 as ResourceId).length, 1)
})

test('of a long list, those that are up are not kept, unless one has just come up or is looked at', (t) => {
  const recent = new RecentStates()
  recent.watch(3 as ResourceId)
  for (const state of [up(0), down(1), up(1), up(3)]) recent.add(state, 5_000)
  t.deepEqual(
    [0, 1, 3].map((id) => recent.get(id as ResourceId).length),
    [0, 2, 1],
  )
})

test('what polls brought, how long they took, how late they were', (t) => {
  const stats = new PollStats()
  for (const durationMs of [0.5, 1, 3, 3, 5_000, 1e6]) stats.add(up(0, { durationMs, lateMs: 7 }))
  stats.add(down(0, { durationMs: 3 }))
  t.deepEqual(stats.outcomes, [
    ['200', 6],
    ['timeout', 1],
  ])
  t.deepEqual(stats.histogram, [1, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
  t.is(Math.round(stats.duration.p50), 3)
  t.true(Math.abs(stats.latenessP99(0) - 7) < 0.1)
  // It is forgotten after one to two spans.
  t.true(stats.latenessP99(10_000) > 6)
  t.is(stats.latenessP99(20_000), 0)
})

test('polls a second, over the last seconds', (t) => {
  const stats = new PollStats()
  t.is(stats.pollsPerSecond(0), 0)
  for (let n = 0; n < 10; n++) stats.add(up(0))
  t.is(stats.pollsPerSecond(1_000), 10)
  t.is(stats.pollsPerSecond(2_000), 5)
  for (let second = 3; second < 8; second++) stats.pollsPerSecond(second * 1_000)
  t.is(stats.pollsPerSecond(8_000), 0)
})

test('how much of its time a thread works; one that was replaced starts anew', (t) => {
  const shares = new CpuShares()
  t.deepEqual(shares.of([100, 50], 0), [0, 0])
  t.deepEqual(shares.of([600, 50], 1_000), [0.5, 0])
  // Nothing new was told.
  t.deepEqual(shares.of([600, 50], 1_500), [0.5, 0])
  t.deepEqual(shares.of([250, 1_050], 2_000), [0.25, 0.5])
})

test('States are outdated from a change of the settings to the next poll', (t) => {
  const recent = new RecentStates()
  const { id } = up(0)
  recent.outdate(id)
  t.false(recent.isOutdated(id), 'there are none yet')
  recent.add(up(0), 1)
  t.false(recent.isOutdated(id))
  recent.outdate(id)
  t.true(recent.isOutdated(id))
  recent.add(up(0), 1)
  t.false(recent.isOutdated(id))
})
