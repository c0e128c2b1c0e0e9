import type { GovernmentUnavailable } from '../../ports/government.ts'

/** Of the connection: nothing of the call has left. */
const beforeSending = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ERR_FORBIDDEN_DESTINATION',
  'UND_ERR_CONNECT_TIMEOUT',
])
const ofCertificates = /^(CERT_|DEPTH_ZERO_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|UNABLE_TO_)/

/** Whether a failed call certainly never left; false when nobody knows, as of a connection that was cut. */
export function isUnsent(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return beforeSending.has(error.code) || ofCertificates.test(error.code)
}

/** Whether an answer of this status says that the report was not taken, by docs/government-api.md. */
export function takesNothing(status: number): boolean {
  return (status >= 300 && status < 400) || [401, 408, 425, 429, 503].includes(status)
}

/** What the operator is told of an answer that is neither receipt nor refusal. */
export function faultOfStatus(status: number): GovernmentUnavailable['fault'] {
  if (status === 401 || status === 403) return 'key-refused'
  return [408, 425, 429, 503].includes(status) ? 'busy' : 'faulty'
}
