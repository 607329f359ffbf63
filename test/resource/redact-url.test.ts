import test from 'ava'
import type { Url } from '../../src/resource/resource.ts'
import { redactUrl } from '../../src/resource/redact-url.ts'

const shown = test.macro({
  exec(t, url: string, expected: string) {
    t.is(redactUrl(url as Url), expected)
    t.is(redactUrl(new URL(url).href as Url), new URL(expected).href)
  },
  title: (_, url) => `printed without credentials: ${String(url)}`,
})

test(shown, 'http://a.example/', 'http://a.example/')
test(shown, 'http://user:pass@a.example/x', 'http://a.example/x')
test(shown, 'https://token@a.example:8443/?a=b@c', 'https://a.example:8443/?a=b@c')
test(shown, 'https://u:p@[::1]:8443/@', 'https://[::1]:8443/@')
test(shown, 'http://a.example/b@c', 'http://a.example/b@c')
test(shown, 'http://a.example/?b@c', 'http://a.example/?b@c')
test(shown, 'http://a@b:c%40d@e.example/', 'http://e.example/')
