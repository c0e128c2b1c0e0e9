/** The manual's six steps; "enable now" (five) is the act between scope and done. */
export const installSteps = ['app', 'team', 'permission', 'scope', 'done'] as const
export type InstallStep = (typeof installSteps)[number]

interface Progress {
  readonly hasTeam: boolean
  readonly hasAccepted: boolean
  readonly isInstalled: boolean
}

/** The step the address asks for, or the last one whose precondition holds (a reload starts over). */
export function reachableStep(asked: unknown, { hasTeam, hasAccepted, isInstalled }: Progress): InstallStep {
  const step = installSteps.find((item) => item === asked) ?? 'app'
  if (isInstalled) return 'done'
  if (step === 'done') return 'app'
  if (step === 'scope' && !hasAccepted) return hasTeam ? 'permission' : 'app'
  if (step === 'permission' && !hasTeam) return 'app'
  return step
}
