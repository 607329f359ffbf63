/** The bytes allowed at each position of `HTTP/1.1 200`. 000 to 099 are not valid statuses. */
const STATUS_LINE = ['H', 'T', 'T', 'P', '/', '1', '.', '01', ' ', '123456789', '0123456789', '0123456789']

// The states of a HeadReader. The first ones are positions in the status line, starting with 0.
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

/** The head is complete. */
export const DONE = LAST_CR + 1

/** From this state on, the response is known to be HTTP/1. */
export const IS_HTTP = STATUS_END

/** Added to a state that is reached by bytes which the standard forbids and clients accept all the same. */
export const LENIENT = 32

/** The bytes are rejected, as by curl, by Go's net/http or by both. */
export const REJECTED = 255

/** The transition table: `NEXT_STATE[state * 256 + byte]`. */
export const NEXT_STATE = new Uint8Array(DONE * 256).fill(REJECTED)

const LF = /\n/
const CR = /\r/
const TOKEN = /[\w!#$%&'*+.^`|~-]/

/** In `state`, bytes that match lead to `to`. A later call overrides an earlier one. */
function addTransitions(state: number, bytes: RegExp, to: number): void {
  for (let byte = 0; byte < 256; byte++)
    if (bytes.test(String.fromCharCode(byte))) NEXT_STATE[state * 256 + byte] = to
}

for (const [place, allowed] of STATUS_LINE.entries())
  addTransitions(place, new RegExp(`[${allowed}]`), place + 1 < STATUS_LINE.length ? place + 1 : STATUS_END)
// A server may write `HTTP/2.0` or `HTTP/3.0` in an HTTP/1 response.
addTransitions(STATUS_LINE.indexOf('1'), /[23]/, OTHER_DOT + LENIENT)
addTransitions(OTHER_DOT, /\./, OTHER_ZERO)
addTransitions(OTHER_ZERO, /0/, STATUS_LINE.indexOf(' '))
addTransitions(STATUS_END, / /, PHRASE)
addTransitions(STATUS_END, CR, STATUS_CR)
addTransitions(STATUS_END, LF, FIRST_LINE + LENIENT)
addTransitions(STATUS_CR, LF, FIRST_LINE)
// A CR without LF is part of the reason phrase.
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
// A header value may continue on this line (obs-fold). The status line may not.
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
 * For each byte, a bit mask of the states that it does not change. Most bytes of a head change nothing, and testing a bit is
 * a third faster than a lookup in NEXT_STATE, which depends on the lookup before it.
 */
export const SELF_LOOPS = new Uint32Array(256).map((_, byte) => {
  let bits = 0
  for (let state = 0; state < DONE; state++) if (NEXT_STATE[state * 256 + byte] === state) bits |= 1 << state
  return bits
})
