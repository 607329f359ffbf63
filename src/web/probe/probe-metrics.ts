/** The metrics of `/probe`, in the order in which they are written: those of the exporter by name, as it does, then headcount's. All are gauges. */
export const PROBE_METRICS = {
  additionals: [
    'probe_dns_additional_rrs',
    'Returns number of entries in the additional resource record list',
  ],
  answers: ['probe_dns_answer_rrs', 'Returns number of entries in the answer resource record list'],
  authorities: ['probe_dns_authority_rrs', 'Returns number of entries in the authority resource record list'],
  dnsDuration: ['probe_dns_duration_seconds', 'Duration of DNS request by phase'],
  lookup: ['probe_dns_lookup_time_seconds', 'Returns the time taken for probe dns lookup in seconds'],
  querySucceeded: [
    'probe_dns_query_succeeded',
    'Displays whether or not the query was executed successfully',
  ],
  serial: ['probe_dns_serial', 'Returns the serial number of the zone'],
  duration: ['probe_duration_seconds', 'Returns how long the probe took to complete in seconds'],
  expectInfo: ['probe_expect_info', 'Explicit content matched'],
  failedDueToRegex: ['probe_failed_due_to_regex', 'Indicates if probe failed due to regex'],
  contentLength: ['probe_http_content_length', 'Length of http content response'],
  httpDuration: [
    'probe_http_duration_seconds',
    'Duration of http request by phase, summed over all redirects',
  ],
  lastModified: [
    'probe_http_last_modified_timestamp_seconds',
    'Returns the Last-Modified HTTP response header in unixtime',
  ],
  redirects: ['probe_http_redirects', 'The number of redirects'],
  ssl: ['probe_http_ssl', 'Indicates if SSL was used for the final redirect'],
  status: ['probe_http_status_code', 'Response HTTP status code'],
  bodyLength: ['probe_http_uncompressed_body_length', 'Length of uncompressed response body'],
  httpVersion: ['probe_http_version', 'Returns the version of HTTP of the probe response'],
  addressHash: [
    'probe_ip_addr_hash',
    "Specifies the hash of IP address. It's useful to detect if the IP address changes.",
  ],
  protocol: ['probe_ip_protocol', 'Specifies whether probe ip protocol is IP4 or IP6'],
  earliestExpiry: ['probe_ssl_earliest_cert_expiry', 'Returns last SSL chain expiry in unixtime'],
  chainExpiry: [
    'probe_ssl_last_chain_expiry_timestamp_seconds',
    'Returns last SSL chain expiry in timestamp',
  ],
  chainInfo: ['probe_ssl_last_chain_info', 'Contains SSL leaf certificate information'],
  success: ['probe_success', 'Displays whether or not the probe was a success'],
  cipher: ['probe_tls_cipher_info', 'Returns the TLS cipher negotiated during handshake'],
  tlsVersion: ['probe_tls_version_info', 'Returns the TLS version used or NaN when unknown'],
  reason: [
    'headcount_probe_failure_reason',
    'Why the probe failed: 1 for one reason, 0 for all others, which stand in docs/verdicts.md.',
  ],
  localFault: [
    'headcount_probe_local_fault',
    'Whether the probe failed through a fault of headcount or of its machine, so that it says nothing of the target.',
  ],
} as const satisfies Record<string, readonly [name: string, help: string]>

/** The lines before the samples of each metric, and the beginning of the first of these. */
export const PROBE_HEADS = Object.fromEntries(
  Object.entries(PROBE_METRICS).map(([key, [name, help]]) => [
    key,
    `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name}`,
  ]),
) as Readonly<Record<keyof typeof PROBE_METRICS, string>>
