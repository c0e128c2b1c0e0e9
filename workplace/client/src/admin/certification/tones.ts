import type { RequestState } from '@kangbao/workplace/contracts/certification.ts'

const tones = {
  none: 'plain',
  submitted: 'warn',
  approved: 'ok',
  returned: 'danger',
  withdrawn: 'plain',
} as const

/** The colour a state is told in. */
export const certificationTone = (state: RequestState | 'none') => tones[state]
