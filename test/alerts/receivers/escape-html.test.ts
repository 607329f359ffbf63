import test from 'ava'
import { escapeHtml } from '../../../src/alerts/receivers/escape-html.ts'

test('a text can leave neither its element nor its attribute', (t) => {
  t.is(escapeHtml('<a href="x">&amp;</a>'), '&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;')
})
