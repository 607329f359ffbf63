import type { Attempt } from './attempt/attempt.ts'
import { joinedValue } from './checks/header-check.ts'
import { BodyReader } from './http/body-reader.ts'
import type { BodyPlan } from './http/body-reader.ts'
import type { Request } from './http/request.ts'
import { isFollowed } from './is-followed.ts'
import type { ResolvedOptions } from './resolved-profile.ts'
import { accepts } from './verdict/accepts.ts'

/** Opens the bodies that checks look at: those of answers with an accepted status that are no redirects to follow. */
export function bodyOpener(
  attempt: Attempt,
  options: Pick<ResolvedOptions, 'accept' | 'maxRedirects'>,
  plan: BodyPlan,
): NonNullable<Request['openBody']> {
  return ({ status, fields }) => {
    const header = (name: string) => joinedValue(fields ?? [], name) ?? ''
    if (!accepts(options.accept, status) || isFollowed(status, header('location'), options)) return null
    attempt.readsBody()
    return new BodyReader(plan, header('content-type'), header('content-encoding'))
  }
}
