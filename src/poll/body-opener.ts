import type { Attempt } from './attempt/attempt.ts'
import { joinedValue } from './checks/header-check.ts'
import { BodyReader } from './http/body-reader.ts'
import type { BodyPlan } from './http/body-reader.ts'
import { isRedirect } from './http/redirects.ts'
import type { Request } from './http/request.ts'
import type { ResolvedOptions } from './resolved-profile.ts'
import { accepts } from './verdict/accepts.ts'

/** Opens the bodies that checks look at: those of answers with an accepted status that are no redirects to follow. */
export function bodyOpener(
  attempt: Attempt,
  { accept, maxRedirects }: Pick<ResolvedOptions, 'accept' | 'maxRedirects'>,
  plan: BodyPlan,
): NonNullable<Request['openBody']> {
  return ({ status, fields }) => {
    if (!accepts(accept, status) || (maxRedirects > 0 && isRedirect(status))) return null
    attempt.readsBody()
    const header = (name: string) => joinedValue(fields ?? [], name) ?? ''
    return new BodyReader(plan, header('content-type'), header('content-encoding'))
  }
}
