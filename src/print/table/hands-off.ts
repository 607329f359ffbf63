const FREE = 0
const ASKED = 1
const GIVEN = 2

/** A word in shared memory with which one thread stops another from drawing: the process may be ending, so no message would do. */
export type HandsOff = Int32Array<SharedArrayBuffer>

export function handsOff(): HandsOff {
  return new Int32Array(new SharedArrayBuffer(4))
}

/** Asks the other thread to draw no more, and blocks until it draws no more; at most `ms`, since it may be dead. */
export function takeScreen(word: HandsOff, ms: number): void {
  Atomics.store(word, 0, ASKED)
  Atomics.wait(word, 0, ASKED, ms)
}

/** Whether the screen was asked for: then nothing may be drawn. */
export function isAsked(word: HandsOff): boolean {
  return Atomics.load(word, 0) !== FREE
}

/** All that was drawn is out, and nothing more will be. */
export function giveScreen(word: HandsOff): void {
  Atomics.store(word, 0, GIVEN)
  Atomics.notify(word, 0)
}
