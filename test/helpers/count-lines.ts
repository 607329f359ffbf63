/** How many lines of a text are like this one. */
export function countLines(text: string, like: RegExp): number {
  return text.split('\n').filter((line) => like.test(line)).length
}
