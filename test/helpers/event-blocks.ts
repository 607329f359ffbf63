/** The blocks of a stream of server-sent events, each when it is complete. */
export async function* eventBlocks({ body }: Response): AsyncGenerator<string, void, undefined> {
  let text = ''
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString()
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    yield* blocks
  }
}
