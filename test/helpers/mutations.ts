import { seeded } from './random.ts'

/** Heads of answers that servers send, and some that are at the edge of what is allowed. */
const HEADS = [
  'HTTP/1.1 200 OK\r\nServer: x\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\nContent-Length: 12\r\nConnection: keep-alive\r\n\r\n',
  'HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: text/html; charset="x"\r\n\r\n',
  'HTTP/1.1 301 Moved Permanently\r\nLocation: /there?a=1\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nx-empty:\r\nx-spaces: \t a b \t\r\n\r\n',
  'HTTP/1.1 503\r\nRetry-After: 60\r\nTransfer-Encoding: chunked\r\nKeep-Alive: timeout=5, max=100\r\n\r\n',
  'HTTP/1.1 404 Not Found \xe9\r\nVary: \xfc\r\nUpgrade: h2\r\nConnection: Upgrade, close\r\n\r\n',
]

/** What is put in or exchanged: bytes and pieces that a parser has to tell apart. */
const PIECES = [
  ...'\0\t\n\r\u001b !"(),/:;<=>?@[\\]{}~\u007f\x80\xff019aAzZ.-_',
  '\r\n',
  '\r\n\r\n',
  '\r\n folded',
  '\r\r\n',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: x\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip\r\n',
  'Connection: close\r\n',
  'Upgrade: x\r\n',
  ' : ',
]

/** Heads with up to three mistakes in each, the same ones for the same seed. */
export function* mutations(seed: number, count: number): Generator<string> {
  const random = seeded(seed)
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] as T
  for (let more = 0; more < count; more++) {
    let text = pick(HEADS)
    for (let mistakes = random.below(4); mistakes > 0; mistakes--) {
      const at = random.below(text.length + 1)
      // Half of them where a line begins: that is where most pieces matter.
      const from = random.below(2) === 0 ? at : text.lastIndexOf('\n', at) + 1
      const gone = pick([0, 0, 1, 1, 2, 10])
      text = text.slice(0, from) + (random.below(4) === 0 ? '' : pick(PIECES)) + text.slice(from + gone)
    }
    yield text
  }
}
