import test from 'ava'
import { TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'
import { RuleIndex } from '../../../src/alerts/engine/rule-index.ts'
import type { LabelMatcher } from '../../../src/alerts/alert-rule.ts'
import { makeExpression } from '../../../src/settings/pattern.ts'

const is = (label: string, ...values: string[]): LabelMatcher => ({
  label,
  isPositive: true,
  values,
  pattern: null,
})
const not = (matcher: LabelMatcher): LabelMatcher => ({ ...matcher, isPositive: false })
const like = (label: string, pattern: string): LabelMatcher => ({
  label,
  isPositive: true,
  values: null,
  pattern,
})

/** As the program compiles them. */
const compile = (pattern: string) => makeExpression(`^(?s:${pattern})$`).test

const found = (match: readonly LabelMatcher[], labels: Readonly<Record<string, string>>): boolean =>
  new RuleIndex([ruleOf('web', { changed: true }, { match })], compile).find(labels).length > 0

const MATCHES: readonly (readonly [
  title: string,
  match: readonly LabelMatcher[],
  yes: readonly object[],
  no: readonly object[],
])[] = [
  ['no matcher', [], [{}, { team: 'web' }], []],
  ['a value', [is('team', 'web')], [{ team: 'web' }], [{}, { team: 'we' }, { other: 'web' }]],
  ['a list', [is('team', 'web', 'ops')], [{ team: 'web' }, { team: 'ops' }], [{ team: 'db' }, {}]],
  ['not a value', [not(is('team', 'web'))], [{}, { team: 'ops' }], [{ team: 'web' }]],
  ['no label', [is('team', '')], [{}, { team: '' }, { env: 'x' }], [{ team: 'web' }]],
  ['any label', [not(is('team', ''))], [{ team: 'web' }], [{}, { team: '' }]],
  ['a pattern', [like('team', 'we.')], [{ team: 'web' }], [{}, { team: 'webs' }, { team: 'xweb' }]],
  ['alternatives of a pattern', [like('team', 'a|b')], [{ team: 'a' }, { team: 'b' }], [{ team: 'ab' }]],
  ['a pattern that the empty text matches', [like('team', '.*')], [{}, { team: 'a\nb' }], []],
  ['not a pattern', [not(like('team', 'w.*'))], [{}, { team: 'ops' }], [{ team: 'web' }]],
  [
    'two labels',
    [is('team', 'web'), like('env', 'p.*')],
    [{ team: 'web', env: 'prod' }],
    [{ team: 'web' }, { env: 'prod' }],
  ],
  ['names of what every object has', [is('constructor', 'x')], [{ constructor: 'x' }], [{}]],
  ['not the names of what every object has', [not(is('toString', 'x'))], [{}], [{ toString: 'x' }]],
]

for (const [title, match, yes, no] of MATCHES)
  test(`a rule matches: ${title}`, (t) => {
    for (const labels of yes) t.true(found(match, labels as Record<string, string>), JSON.stringify(labels))
    for (const labels of no) t.false(found(match, labels as Record<string, string>), JSON.stringify(labels))
  })

const refs = (rules: readonly ReturnType<typeof ruleOf>[], labels: Readonly<Record<string, string>>) =>
  new RuleIndex(rules, compile).find(labels).map(({ rule, kind }) => `${rule.name}/${kind}`)

test('the first rule that matches takes a kind of alert, unless it continues', (t) => {
  const rules = [
    ruleOf('a', { down: { polls: 1 } }, { match: [is('team', 'web')] }),
    ruleOf('b', { down: { polls: 1 }, changed: true }, { match: [like('team', 'w.*')], continues: true }),
    ruleOf('c', { changed: true }, { match: [not(is('team', 'ops'))] }),
    ruleOf('d', { down: { polls: 1 }, changed: true }),
  ]
  t.deepEqual(refs(rules, { team: 'web' }), ['a/down', 'b/changed', 'c/changed'])
  t.deepEqual(refs(rules, { team: 'w' }), ['b/down', 'b/changed', 'c/changed', 'd/down'])
  t.deepEqual(refs(rules, { team: 'ops' }), ['d/down', 'd/changed'])
})

test('rules that are filed under different labels keep their order', (t) => {
  const rules = Array.from({ length: 30 }, (_, n) =>
    ruleOf(
      `r${n}`,
      { changed: true },
      {
        continues: true,
        match: [[is('a', 'x'), is('b', 'y'), like('a', 'x'), not(is('c', 'z'))][n % 4] as LabelMatcher],
      },
    ),
  )
  t.deepEqual(
    refs(rules, { a: 'x', b: 'y' }),
    rules.map(({ name }) => `${name}/changed`),
  )
  t.is(refs(rules, { b: 'y', c: 'z' }).length, 8)
})

const DOWN = { down: { polls: 1 } } as const
const WEB = ruleOf('web', DOWN, { match: [is('team', 'web')] })

test('a URL with other labels: rules that no longer match do not watch it, others go on', (t) => {
  const engine = new TestEngine([WEB, ruleOf('all', DOWN)])
  engine.register(0, { team: 'web', env: 'a' })
  t.is(engine.poll(0, 'down').length, 1)
  engine.register(0, { team: 'web', env: 'b' })
  t.deepEqual(engine.skip(1), [])
  engine.register(0, { team: 'ops' })
  t.deepEqual(engine.skip(1), [
    'unwatched web/down u0: no longer watched',
    'fired all/down u0: down: 503 Service Unavailable',
  ])
  t.deepEqual(engine.changes[0]?.alert.labels, { team: 'web', env: 'a' })
})

test('the alerts of a URL with other labels are told of them, also after a restart', (t) => {
  const engine = new TestEngine([ruleOf('all', DOWN)])
  engine.register(0, { team: 'web' })
  engine.poll(0, 'down')
  const fired = engine.changes
  const key = fired[0]?.alert.key
  const isRelabelled = (team: string) =>
    t.deepEqual(engine.engine.takeChanges(), [{ type: 'relabelled', alert: { key, labels: { team } } }])
  engine.register(0, { team: 'ops' })
  isRelabelled('ops')
  engine.restart([ruleOf('all', DOWN)], fired)
  engine.register(0, { team: 'db' })
  isRelabelled('db')
  engine.restart([ruleOf('all', DOWN)], fired)
  engine.register(0, { team: 'web' })
  t.deepEqual(engine.engine.takeChanges(), [])
})

test('a reload: alerts of rules that remain go on, those of others end', (t) => {
  const engine = new TestEngine([WEB, ruleOf('gone', { unknownMs: 0 })])
  engine.register(0, { team: 'web' })
  engine.register(1, { team: 'web' })
  t.deepEqual([...engine.poll(0, 'down'), ...engine.poll(1, 'unknown')].length, 2)
  const later = { ...WEB, severity: 'info', conditions: { ...WEB.conditions, down: { polls: 5 } } } as const
  t.deepEqual(engine.reconfigure([ruleOf('new', { changed: true }), later]), [
    'unwatched gone/unknown u1: no longer watched',
  ])
  t.deepEqual(engine.skip(1), [])
  t.deepEqual(engine.poll(0, 'up').length, 2)
  t.like(engine.changes[1]?.alert, { rule: 'web', severity: 'info' })
})

test('a reload: what the new rules say of a URL is told at the next tick', (t) => {
  const engine = new TestEngine([ruleOf('web', { down: { polls: 5 } })])
  engine.register(0)
  engine.poll(0, 'down')
  engine.poll(0, 'down')
  t.deepEqual(engine.reconfigure([ruleOf('web', { down: { polls: 2 } })]), [])
  t.deepEqual(engine.skip(0), ['fired web/down u0: down for 2 polls: 503 Service Unavailable'])
})

test('a restart: what fired is not told again, nor over before a poll says so', (t) => {
  const rules = [ruleOf('web', { ...DOWN, unknownMs: 1 })]
  const engine = new TestEngine(rules)
  for (const id of [0, 1, 2]) engine.register(id)
  engine.poll(0, 'down')
  const [down] = engine.changes
  t.is(down?.type, 'fired')
  engine.restart(rules, engine.changes)
  engine.register(0)
  t.deepEqual(engine.endList(), [])
  t.deepEqual(engine.skip(100_000), [])
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.poll(0, 'unknown'), [])
  engine.now += 60
  t.is(engine.poll(0, 'up')[0], 'resolved web/down u0: up again after 1d 3h: 200 OK')
  t.is(engine.changes[0]?.alert.key, down?.alert.key)
})

test('a restart: alerts of URLs and rules that are gone end when the list is complete', (t) => {
  const engine = new TestEngine([WEB, ruleOf('all', { unknownMs: 0 })])
  for (const id of [0, 1, 2]) engine.register(id, { team: 'web' })
  const polled = () => {
    engine.poll(0, 'down')
    const [down] = engine.changes
    engine.poll(1, 'unknown')
    return [...(down === undefined ? [] : [down]), ...engine.changes]
  }
  const fired = polled()
  t.is(fired.length, 2)
  engine.restart([WEB], fired)
  engine.register(1, { team: 'web' })
  t.deepEqual(engine.endList().toSorted(), [
    'unwatched all/unknown u1: no longer watched',
    'unwatched web/down u0: no longer watched',
  ])
  t.deepEqual(engine.endList(), [''].slice(1))
})

test('a restart: a change that was told is over', (t) => {
  const rules = [ruleOf('any', { changed: true })]
  const engine = new TestEngine(rules)
  engine.register(0)
  engine.poll(0, 'up')
  t.is(engine.poll(0, 'down').length, 1)
  engine.restart([], engine.changes)
  t.deepEqual(engine.endList(), [])
})

test('a list that is told again: URLs that are missing have left', (t) => {
  const engine = new TestEngine([WEB])
  for (const id of [0, 1]) engine.register(id, { team: 'web' })
  engine.poll(0, 'down')
  engine.poll(1, 'down')
  engine.engine.beginList()
  engine.register(1, { team: 'web' })
  t.deepEqual(engine.endList(), ['unwatched web/down u0: no longer watched'])
  t.deepEqual(engine.poll(1, 'up'), ['resolved web/down u1: up again after 0s: 200 OK'])
})

test('a URL that leaves ends its alerts', (t) => {
  const engine = new TestEngine([WEB])
  engine.register(0, { team: 'web' })
  engine.poll(0, 'down')
  t.deepEqual(engine.forget(0), ['unwatched web/down u0: no longer watched'])
  t.like(engine.changes[0]?.alert, { resolvedAt: 0, labels: { team: 'web' } })
  t.deepEqual(engine.forget(0), [])
  t.deepEqual(engine.skip(1_000), [])
})
