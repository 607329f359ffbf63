import test from 'ava'
import { ListSum } from '../../../src/cluster/share/list-sum.ts'

const nameOf = (...texts: string[]) => {
  const sum = new ListSum()
  for (const text of texts) sum.add(text)
  return sum.name
}

test('a set of texts has one name, whatever their order', (t) => {
  t.is(nameOf('a', 'b', 'c'), nameOf('c', 'a', 'b'))
  t.not(nameOf('a', 'b'), nameOf('a', 'c'))
  t.not(nameOf('a'), nameOf('a', 'a'))
})

test('what came and went leaves no trace', (t) => {
  const sum = new ListSum()
  for (const text of ['a', 'b', 'c']) sum.add(text)
  for (const text of ['c', 'a']) sum.remove(text)
  t.is(sum.name, nameOf('b'))
})
