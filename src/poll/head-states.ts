/** What may stand at each place of `HTTP/1.1 200`. 000 to 099 are no status. */
const BEGIN = ['H', 'T', 'T', 'P', '/', '1', '.', '01', ' ', '123456789', '0123456789', '0123456789']

// Where a reader of heads stands: from 0, at that place of the status line, then in one of these.
const OTHER_DOT = BEGIN.length
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
export const ODD = 32

/** Neither curl nor Go's net/http goes on from here, or one of them does not and neither do we. */
export const REFUSED = 255

/** Where each byte leads to from each state: `NEXT[state * 256 + byte]`. */
export const NEXT = new Uint8Array(DONE * 256).fill(REFUSED)

const LF = /\n/
const CR = /\r/
const TOKEN = /[\w!#$%&'*+.^`|~-]/

/** From `state`, bytes that match lead to `to`; what is said later counts. */
function on(state: number, bytes: RegExp, to: number): void {
  for (let byte = 0; byte < 256; byte++)
    if (bytes.test(String.fromCharCode(byte))) NEXT[state * 256 + byte] = to
}

for (const [place, allowed] of BEGIN.entries())
  on(place, new RegExp(`[${allowed}]`), place + 1 < BEGIN.length ? place + 1 : STATUS_END)
// `HTTP/2.0` and `HTTP/3.0` in an answer of HTTP/1.
on(BEGIN.indexOf('1'), /[23]/, OTHER_DOT + ODD)
on(OTHER_DOT, /\./, OTHER_ZERO)
on(OTHER_ZERO, /0/, BEGIN.indexOf(' '))
on(STATUS_END, / /, PHRASE)
on(STATUS_END, CR, STATUS_CR)
on(STATUS_END, LF, FIRST_LINE + ODD)
on(STATUS_CR, LF, FIRST_LINE)
// A CR alone is a part of the phrase.
on(PHRASE, /[^]/, PHRASE)
on(PHRASE, CR, PHRASE_CR)
on(PHRASE, LF, FIRST_LINE + ODD)
on(PHRASE_CR, /[^]/, PHRASE + ODD)
on(PHRASE_CR, CR, PHRASE_CR + ODD)
on(PHRASE_CR, LF, FIRST_LINE)
for (const start of [FIRST_LINE, LINE_START]) {
  on(start, TOKEN, NAME)
  on(start, CR, LAST_CR)
  on(start, LF, DONE + ODD)
}
// A header that goes on in this line; the status line can't.
on(LINE_START, /[\t ]/, VALUE + ODD)
on(NAME, TOKEN, NAME)
on(NAME, / /, NAME + ODD)
on(NAME, /:/, VALUE)
on(VALUE, /[\t -~\x80-\xff]/, VALUE)
on(VALUE, CR, VALUE_CR)
on(VALUE, LF, LINE_START + ODD)
on(VALUE_CR, LF, LINE_START)
on(LAST_CR, LF, DONE)

/**
 * Of each byte, a bit for each state that it leaves as it is. Most bytes of a head do, and to ask this takes no look at the
 * state that the byte before led to, which is a third faster.
 */
export const STAYS = new Uint32Array(256).map((_, byte) => {
  let bits = 0
  for (let state = 0; state < DONE; state++) if (NEXT[state * 256 + byte] === state) bits |= 1 << state
  return bits
})
