import test from 'ava'
import { Painter } from '../../../src/print/table/painter.ts'
import { ENTER_SCREEN, LEAVE_SCREEN } from '../../../src/runtime/screen.ts'

/** A painter, and what it has written since the last look. */
function start() {
  let written = ''
  const canvas = { bufferedLength: 0, write: (text: string) => void (written += text) }
  const seen = () => {
    const all = written
    written = ''
    return all
  }
  return { painter: new Painter(canvas), canvas, seen }
}

const line = (row: number, text: string) => `\u001b[${row};1H\u001b[2K${text}`

test('the terminal is entered with the first frame, and restored', (t) => {
  const { painter, seen } = start()
  painter.paint(['before'])
  painter.enter()
  t.is(seen(), '')
  painter.paint(['a', 'b'])
  t.is(seen(), ENTER_SCREEN + line(1, 'a') + line(2, 'b'))
  painter.paint(['a', 'c'])
  t.is(seen(), line(2, 'c'))
  painter.invalidate()
  painter.paint(['a', 'c'])
  t.is(seen(), `\u001b[2J${line(1, 'a')}${line(2, 'c')}`)
  painter.leave()
  t.is(seen(), LEAVE_SCREEN)
  painter.leave()
  painter.paint(['after'])
  t.is(seen(), '')
})

test('a terminal that is never drawn on is not touched', (t) => {
  const { painter, seen } = start()
  painter.enter()
  painter.invalidate()
  painter.leave()
  t.is(seen(), '')
})

test('a terminal that is entered again is restored, also if it takes no more frames', (t) => {
  const { painter, canvas, seen } = start()
  painter.enter()
  painter.paint(['a'])
  canvas.bufferedLength = 1
  seen()
  painter.enter()
  painter.paint(['a'])
  painter.leave()
  t.is(seen(), LEAVE_SCREEN)
})

test('a terminal that is entered again and has another size is drawn on in full', (t) => {
  const { painter, seen } = start()
  painter.enter()
  painter.paint(['a'])
  seen()
  painter.enter()
  painter.invalidate()
  painter.paint(['a'])
  t.is(seen(), ENTER_SCREEN + line(1, 'a'))
})
