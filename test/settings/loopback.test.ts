import test from 'ava'
import { isLoopback, isLoopbackHost } from '../../src/settings/loopback.ts'

const hostOf = (url: string) => new URL(url).hostname

for (const host of [
  'localhost',
  'LOCALHOST.',
  'a.localhost',
  '127.0.0.1',
  '127.255.9.1',
  '2130706433',
  '[::1]',
  '[::ffff:127.0.0.1]',
]) {
  test(`${host} is loopback`, (t) => t.true(isLoopbackHost(hostOf(`http://${host}/`))))
}

for (const host of [
  'localhost.example',
  'mylocalhost',
  '127.0.0.1.example',
  '128.0.0.1',
  '[::2]',
  '[::ffff:128.0.0.1]',
  '[2001:db8::1]',
]) {
  test(`${host} is not loopback`, (t) => t.false(isLoopbackHost(hostOf(`http://${host}/`))))
}

test('addresses as sockets write them', (t) => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) t.true(isLoopback(address), address)
  for (const address of ['', '10.0.0.1', 'fd00::1', '::ffff:10.0.0.1']) t.false(isLoopback(address), address)
})
