import type { Pair } from './certificates.ts'

/** A certificate that vouches for itself and its key, for tests in which nothing connects. */
export const FIXED_PAIR: Pair = {
  cert: [
    '-----BEGIN CERTIFICATE-----',
    'MIIBdjCCARugAwIBAgIUDrDFbxitMwvJzx413jKXRhuf9pYwCgYIKoZIzj0EAwIw',
    'DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjUyMzIxNTlaGA8yMTI2MTEwMTIzMjE1',
    'OVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFFc',
    '359r01X045KxSp2ugnvAQPN/T+jFbtUonx6pzgDORy70nx10hgXrcKyeFXhUi0cG',
    'ZB6oz/EaaUbgW2zkjNijUzBRMB0GA1UdDgQWBBTue0oSpi7TkPwQ9PtnERTYUO9a',
    'ODAfBgNVHSMEGDAWgBTue0oSpi7TkPwQ9PtnERTYUO9aODAPBgNVHRMBAf8EBTAD',
    'AQH/MAoGCCqGSM49BAMCA0kAMEYCIQCuFPkp/2+FYt7sPnnSp/KS0GlXFyzRQNSE',
    'xEyC8QgyHQIhAOLQZzq6klo4uu6ljFpGRTtFVdX+/pYYGjd6PcmFsDed',
    '-----END CERTIFICATE-----',
  ].join('\n'),
  key: [
    '-----BEGIN PRIVATE KEY-----',
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyRMUblt1NM8KzeJS',
    '2PiASRrER1f6gx0CqxO+eFLSEayhRANCAARRXN+fa9NV9OOSsUqdroJ7wEDzf0/o',
    'xW7VKJ8eqc4Azkcu9J8ddIYF63CsnhV4VItHBmQeqM/xGmlG4Fts5IzY',
    '-----END PRIVATE KEY-----',
  ].join('\n'),
}
