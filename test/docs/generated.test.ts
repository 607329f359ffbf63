import test from 'ava'
import { generatedPages } from './generated.ts'

test('the generated parts of the documentation and the schema are up to date (npm run docs)', async (t) => {
  const files = await generatedPages()
  t.true(files.length > 0)
  for (const { path, wanted, text } of files) t.is(text, wanted, path)
})
