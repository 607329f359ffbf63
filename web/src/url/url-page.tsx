import { pageAddress } from '../route.ts'
import type { UrlRow } from '../server/answers.ts'
import { nameOf } from '../text/url-name.ts'
import { useAnswer } from '../use-answer.ts'
import { useLive } from '../use-live.ts'

/** The page of one URL: is it up, since when, how good and how fast was it, what happened, what was seen. */
export function UrlPage({ url }: { readonly url: string }) {
  const { version } = useLive()
  const { answer, error } = useAnswer<UrlRow>(
    'api/v1/url',
    new URLSearchParams({ u: url }).toString(),
    version,
  )
  return (
    <>
      <p class="crumbs">
        <a href={pageAddress('')} data-page>
          URLs
        </a>
      </p>
      <h1>{answer === null ? url : nameOf(answer).name}</h1>
      {error !== null && <p class="sub">{error.message}</p>}
    </>
  )
}
