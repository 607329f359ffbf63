import test from 'ava'
import { DisplayNames } from '../../src/resource/display-names.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'

test('URLs that differ in their credentials only get the lowest numbers, also when there are many', (t) => {
  const names = new DisplayNames()
  const add = (id: number) => {
    const url = `http://user-${id}:secret@a.example/` as Url
    names.add(id as ResourceId, url, (other) => other === 'http://a.example/')
    return names.of(id as ResourceId, url)
  }
  // Looked for from 1 each, they would take minutes.
  for (let id = 0; id < 100_000; id++) if (add(id) !== `http://a.example/#${id + 2}`) t.fail(String(id))
  for (const id of [70_000, 5]) names.remove(id as ResourceId, `http://user-${id}:secret@a.example/` as Url)
  t.deepEqual([5, 70_000, 100_000].map(add), [
    'http://a.example/#7',
    'http://a.example/#70002',
    'http://a.example/#100002',
  ])
})
