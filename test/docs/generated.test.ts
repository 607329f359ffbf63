import test from 'ava'
import { generatedPages } from './generated.ts'

test('the generated parts of the documentation are up to date (npm run docs)', async (t) => {
  const pages = await generatedPages()
  t.true(pages.length > 0)
  for (const { path, wanted, text } of pages) t.is(text, wanted, path)
})
