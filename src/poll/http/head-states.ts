/** What may stand at each place of `HTTP/1.1 200`. 000 to 099 are no status. */
const STATUS_LINE = ['H', 'T', 'T', 'P', '/', '1', '.', '01', ' ', '123456789', '0123456789', '0123456789']

// Where a reader of heads stands: from 0, at that place of the status line, then in one of these.
const OTHER_DOT = STATUS_LINE.length
const OTHER_ZERO = OTHER_DOT + 1
const STATUS_END = OTHER_ZERO + 1
const STATUS_CR = STATUS_END + 1
const PHRASE = STATUS_CR + 1
const PHRASE_CR = PHRASE + 1
const FIRST_LINE = PHRASE_CR + 1
const LINE_START = FIRST_LINE + 1
const NAME = LINE_START + 1
const VALUE = NAME + 1
const VALUE_CR = VALUE + 1
const LAST_CR = VALUE_CR + 1

/** The head has ended. */
export const DONE = LAST_CR + 1

/** From this state on, what comes is an answer of HTTP/1. */
export const IS_HTTP = STATUS_END

/** Added to a state that is reached by what the standard forbids and clients take all the same. */
export const LENIENT = 32

/** Neither curl nor Go's net/http goes on from here, or one of them does not and neither do we. */
export const REJECTED = 255

/** Where each byte leads to from each state: `NEXT[state * 256 + byte]`. */
export const NEXT_STATE = new Uint8Array(DONE * 256).fill(REJECTED)

const LF = /\n/
const CR = /\r/
const TOKEN = /[\w!#$%&'*+.^`|~-]/

/** From `state`, bytes that match lead to `to`; what is said later counts. */
function addTransitions(state: number, bytes: RegExp, to: number): void {
  for (let byte = 0; byte < 256; byte++)
    if (bytes.test(String.fromCharCode(byte))) NEXT_STATE[state * 256 + byte] = to
}

for (const [place, allowed] of STATUS_LINE.entries())
  addTransitions(place, new RegExp(`[${allowed}]`), place + 1 < STATUS_LINE.length ? place + 1 : STATUS_END)
// `HTTP/2.0` and `HTTP/3.0` in an answer of HTTP/1.
addTransitions(STATUS_LINE.indexOf('1'), /[23]/, OTHER_DOT + LENIENT)
addTransitions(OTHER_DOT, /\./, OTHER_ZERO)
addTransitions(OTHER_ZERO, /0/, STATUS_LINE.indexOf(' '))
addTransitions(STATUS_END, / /, PHRASE)
addTransitions(STATUS_END, CR, STATUS_CR)
addTransitions(STATUS_END, LF, FIRST_LINE + LENIENT)
addTransitions(STATUS_CR, LF, FIRST_LINE)
// A CR alone is a part of the phrase.
addTransitions(PHRASE, /[^]/, PHRASE)
addTransitions(PHRASE, CR, PHRASE_CR)
addTransitions(PHRASE, LF, FIRST_LINE + LENIENT)
addTransitions(PHRASE_CR, /[^]/, PHRASE + LENIENT)
addTransitions(PHRASE_CR, CR, PHRASE_CR + LENIENT)
addTransitions(PHRASE_CR, LF, FIRST_LINE)
for (const start of [FIRST_LINE, LINE_START]) {
  addTransitions(start, TOKEN, NAME)
  addTransitions(start, CR, LAST_CR)
  addTransitions(start, LF, DONE + LENIENT)
}
// A header that goes on in this line; the status line can't.
addTransitions(LINE_START, /[\t ]/, VALUE + LENIENT)
addTransitions(NAME, TOKEN, NAME)
addTransitions(NAME, / /, NAME + LENIENT)
addTransitions(NAME, /:/, VALUE)
addTransitions(VALUE, /[\t -~\x80-\xff]/, VALUE)
addTransitions(VALUE, CR, VALUE_CR)
addTransitions(VALUE, LF, LINE_START + LENIENT)
addTransitions(VALUE_CR, LF, LINE_START)
addTransitions(LAST_CR, LF, DONE)

/**
 * Of each byte, a bit for each state that it leaves as it is. Most bytes of a head do, and to ask this takes no look at the
 * state that the byte before led to, which is a third faster.
 */
export const SELF_LOOPS = new Uint32Array(256).map((_, byte) => {
  let bits = 0
  for (let state = 0; state < DONE; state++) if (NEXT_STATE[state * 256 + byte] === state) bits |= 1 << state
  return bits
})
