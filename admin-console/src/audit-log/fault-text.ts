const faults = [
  'row-changed',
  'row-missing',
  'row-unlinked',
  'row-waiting',
  'people-unlisted',
  'link-missing',
  'link-broken',
  'tail-forged',
  'shorter-than-anchored',
  'differs-from-anchor',
  'filings-changed',
  'anchor-broken',
  'anchor-missing',
] as const

/** Key of the text that says what is broken. */
export function faultKey(kind: string): string {
  return `audit.fault-${faults.find((each) => each === kind) ?? 'unknown'}`
}
