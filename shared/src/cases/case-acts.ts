/** Where the follow-up of an abnormal answer stands (Z-38). */
export const caseStates = ['open', 'contacted', 'closed'] as const
export type CaseState = (typeof caseStates)[number]

/** What a manager may do about a case; a note changes nothing but what is known. */
export const caseActs = ['take', 'contact', 'close', 'reopen', 'note'] as const
export type CaseAct = (typeof caseActs)[number]

/** What stands in the history of a case: acts, and what a changed answer did by itself. */
export const caseEvents = [...caseActs, 'answer-normal', 'answer-abnormal'] as const
export type CaseEvent = (typeof caseEvents)[number]

const moves: Readonly<Record<CaseState, Partial<Readonly<Record<CaseAct, CaseState>>>>> = {
  open: { take: 'open', contact: 'contacted', close: 'closed', note: 'open' },
  contacted: { take: 'contacted', close: 'closed', note: 'contacted' },
  closed: { reopen: 'open', note: 'closed' },
}

/** The state after an act, null where the act is not to be had. */
export function stateAfter(state: CaseState, act: CaseAct): CaseState | null {
  return moves[state][act] ?? null
}

/** Acts to be had in a state, in the order they are offered. */
export function actsIn(state: CaseState): readonly CaseAct[] {
  return caseActs.filter((act) => stateAfter(state, act) !== null)
}

/** Acts that mean nothing without words: a note, and why a closed case is opened again. */
export function needsWords(act: CaseAct): boolean {
  return act === 'note' || act === 'reopen'
}

/** Whether who acts looks after the case from then on: who takes it, and who does something where nobody does. */
export function becomesKeeper(act: CaseAct, isLookedAfter: boolean): boolean {
  return act === 'take' || (!isLookedAfter && (act === 'contact' || act === 'close'))
}

/** Longest note, in characters. */
export const longestNote = 500
/** A case whose history is longer takes no more: it is no chat. */
export const longestHistory = 200
