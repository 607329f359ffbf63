import test from 'ava'
import { expectTypeOf } from 'expect-type'
import type { Resource, ResourceId, Url } from '../src/resource/resource.ts'
import type { SentState } from '../src/state/state-batch.ts'
import type { ReasonOf, Reason } from '../src/state/reasons.ts'
import type { Down, State, Unknown, Up } from '../src/state/state.ts'

// Checked by the compiler; running this file proves only that it compiles away.

test('brands: only the parser and the table make a Url and a ResourceId', (t) => {
  expectTypeOf<Url>().toExtend<string>()
  expectTypeOf<string>().not.toExtend<Url>()
  expectTypeOf<ResourceId>().toExtend<number>()
  expectTypeOf<number>().not.toExtend<ResourceId>()
  expectTypeOf<Url>().not.toExtend<ResourceId>()
  expectTypeOf<Resource['id']>().toEqualTypeOf<ResourceId>()
  expectTypeOf<Resource['url']>().toEqualTypeOf<Url>()
  t.pass()
})

test('a State is told apart by its verdict, and by its reason', (t) => {
  expectTypeOf<Extract<State, { verdict: 'up' }>>().toEqualTypeOf<Up>()
  expectTypeOf<Extract<State, { verdict: 'down' }>>().toEqualTypeOf<Down>()
  expectTypeOf<Extract<State, { verdict: 'unknown' }>>().toEqualTypeOf<Unknown>()
  expectTypeOf<Up['reason']>().toEqualTypeOf<'ok'>()
  expectTypeOf<Unknown['reason']>().toEqualTypeOf<'local' | 'parent' | 'proxy' | 'auth'>()
  expectTypeOf<Down['reason']>().toEqualTypeOf<
    Exclude<Reason, 'ok' | 'local' | 'parent' | 'proxy' | 'auth'>
  >()
  expectTypeOf<'ok' | 'local' | 'parent' | 'proxy' | 'auth'>().not.toExtend<ReasonOf<'down'>>()
  expectTypeOf<State['reason']>().toEqualTypeOf<Reason>()
  expectTypeOf<{ verdict: 'up'; reason: 'timeout' }>().not.toExtend<Pick<State, 'verdict' | 'reason'> & Up>()
  t.pass()
})

test('a State that was sent has no URL and is still told apart', (t) => {
  expectTypeOf<SentState>().not.toHaveProperty('url')
  expectTypeOf<Extract<SentState, { verdict: 'up' }>['reason']>().toEqualTypeOf<'ok'>()
  expectTypeOf<Extract<SentState, { verdict: 'unknown' }>['reason']>().toEqualTypeOf<
    'local' | 'parent' | 'proxy' | 'auth'
  >()
  t.pass()
})
