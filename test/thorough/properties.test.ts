import test from 'ava'
import { holds } from '../helpers/property.ts'
import { PROPERTIES } from '../properties/properties.ts'

/** How many times as many runs as in `npm test`. */
const TIMES = 50

for (const property of PROPERTIES) {
  test(`${property.title}, many times`, async (t) => {
    t.timeout(600_000)
    await holds(t, property, TIMES)
  })
}
