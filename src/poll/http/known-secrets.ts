import type { RequestExtras } from './custom-request.ts'

/** The secrets that requests are sent with, also as they stand in a URL and in JSON: passwords, tokens and what Basic makes of them. */
export function secretsOf({ auth, digest, token, aws }: RequestExtras): string[] {
  const secrets: string[] = []
  if (auth !== null) {
    const text = auth.secret.bytes.toString().trim()
    if (auth.scheme === 'basic') secrets.push(passwordOf(text), Buffer.from(text).toString('base64'))
    else secrets.push(text)
  }
  if (digest !== null) secrets.push(passwordOf(digest.login))
  if (token !== null) secrets.push(token.value.bytes.toString().trim())
  if (aws !== null) secrets.push(...aws.secrets)
  return secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
  ])
}

function passwordOf(login: string): string {
  return login.slice(login.indexOf(':') + 1)
}
