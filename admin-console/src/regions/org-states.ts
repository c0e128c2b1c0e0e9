export const orgStates = ['all', 'missing', 'reported'] as const
export type OrgState = (typeof orgStates)[number]
