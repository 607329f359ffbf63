import type { Thresholds } from '../../src/resource/settling-rules.ts'

/** The model of thresholds: the verdict that is shown after each answer, and how many answers in a row are equal. */
export function settleByModel(answers: readonly string[], { downAfter, upAfter }: Thresholds) {
  let [settled, row] = ['', [] as string[]]
  return answers.map((answer): [verdict: string, consecutive: number] => {
    if (answer === 'unknown') return [answer, 0]
    row = row.includes(answer) ? [...row, answer] : [answer]
    const isEnough = row.length >= (answer === 'down' ? downAfter : upAfter)
    if (settled === '' || isEnough) settled = answer
    return [settled, row.length]
  })
}
