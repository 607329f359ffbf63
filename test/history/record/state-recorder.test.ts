import test from 'ava'
import type { History } from '../../../src/history/history.ts'
import { StateRecorder } from '../../../src/history/record/state-recorder.ts'
import { Packer } from '../../../src/resource/packer.ts'
import { packShown } from '../../../src/state/shown-batch.ts'
import type { ShownState } from '../../../src/state/shown-state.ts'
import { StateBatch } from '../../../src/state/state-batch.ts'
import { down } from '../../helpers/state.ts'
import { BEGIN, packed, TestRecorder } from '../../helpers/test-recorder.ts'

test('URLs that leave while the history cannot be written have left when it can', (t) => {
  let isFull = true
  const left: number[][] = []
  const history = {
    urls: (list: readonly object[]) => Uint32Array.from(list, (_, n) => n + 1),
    leave(ids: number[]) {
      if (isFull) throw new Error('the disk is full')
      left.push(ids)
    },
  }
  const recorder = new StateRecorder(history as unknown as History, () => BEGIN)
  const urls = ['https://a.example/', 'https://b.example/'].map((url) => ({ url }))
  recorder.register(packed(urls))
  const ids = new Packer()
  for (const id of [0, 1]) {
    ids.u32(id)
    ids.u16(0)
  }
  t.throws(() => recorder.unregister(ids.take()))
  // The first is in the lists again.
  recorder.register(packed(urls.slice(0, 1)))
  t.throws(() => recorder.tellLeft())
  isFull = false
  recorder.tellLeft()
  recorder.tellLeft()
  t.deepEqual(left, [[2]])
})

test('many URLs that came while the history could not be written are added some at a time', (t) => {
  let isFull = false
  const added: number[] = []
  const left: number[][] = []
  const fail = () => {
    if (isFull) throw new Error('the disk is full')
  }
  const history = {
    urls(list: readonly { readonly key: string }[]) {
      fail()
      added.push(list.length)
      return Uint32Array.from(list, ({ key }) => Number(new URL(key).port))
    },
    leave(ids: number[]) {
      fail()
      left.push(ids)
    },
    url: (id: number) => ({ key: `https://a.example:${id}/` }),
  }
  const recorder = new StateRecorder(history as unknown as History, () => BEGIN)
  const urls = Array.from({ length: 30_000 }, (_, n) => ({ url: `https://a.example:${n + 1_000}/` }))
  recorder.register(packed(urls.slice(-1)))
  isFull = true
  const ids = new Packer()
  ids.u32(0)
  ids.u16(0)
  t.throws(() => recorder.unregister(ids.take()))
  // It is back, at the end of a long list.
  t.throws(() => recorder.register(packed(urls)))
  isFull = false
  for (let flush = 0; flush < 3; flush++) {
    recorder.tellLeft()
    recorder.numberNew()
  }
  t.deepEqual(added, [1, 20_000, 10_000])
  t.deepEqual(left, [])
})

test('URLs that have left make room for new ones, for which there was none', (t) => {
  const known = new Map<number, string>()
  const history = {
    urls(list: readonly { readonly key: string }[]) {
      if (known.size + list.length > 2) throw new Error('there is no room')
      return Uint32Array.from(list, ({ key }) => {
        const number = Number(new URL(key).port)
        known.set(number, key)
        return number
      })
    },
    leave(ids: number[]) {
      for (const id of ids) known.delete(id)
    },
    url: (id: number) => ({ key: known.get(id) }),
    lastStates: () => {},
  }
  const recorder = new StateRecorder(history as unknown as History, () => BEGIN)
  const urls = [1, 2, 3, 4].map((n) => ({ url: `https://a.example:${n}/` }))
  recorder.register(packed(urls.slice(0, 2)))
  const ids = new Packer()
  for (const id of [0, 1]) {
    ids.u32(id)
    ids.u16(0)
  }
  const { leave } = history
  history.leave = () => {
    throw new Error('the disk is full')
  }
  t.throws(() => recorder.unregister(ids.take()))
  history.leave = leave
  // The second is on the new list too.
  t.throws(() => recorder.register(packed(urls.slice(1))))
  t.throws(() => recorder.numberNew())
  recorder.tellLeft()
  t.deepEqual([...known.keys()], [2])
})

test('what is shown of a URL that has left is not taken for that of the next one', (t) => {
  const recorder = new TestRecorder()
  t.teardown(() => recorder.history.close())
  recorder.register({ url: 'https://a.example/' })
  // Settling rules: both have failed once, and are still up. The first is in no list that the recorder knows.
  const [batch, shown] = [new StateBatch(), new Packer()]
  for (const state of [down(7, { at: BEGIN }), down(0, { at: BEGIN })]) {
    batch.add(state)
    const last = { answer: 'down', consecutive: 1, needed: 3 } as const
    packShown(shown, { ...state, verdict: 'up', last } as ShownState)
  }
  recorder.recorder.receive(batch.take(), shown.take())
  recorder.run(10_000)
  t.deepEqual(recorder.history.incidents({ from: BEGIN, to: recorder.now, limit: 9 }).incidents, [])
  t.is(recorder.history.uptime(1, BEGIN, recorder.now).upSeconds, 10)
})
