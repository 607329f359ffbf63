/** Protocols that begin in plain text and go over to TLS. */
export const STARTTLS = ['smtp', 'imap', 'pop3', 'ftp', 'postgres', 'ldap', 'xmpp'] as const

/** A protocol that begins in plain text and goes over to TLS. */
export type StartTls = (typeof STARTTLS)[number]
