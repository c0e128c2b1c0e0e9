/**
 * How often a route may be called, and who is counted (S-81): `member` by whoever is signed in, `page` by address over
 * all such routes, `sign-in`, `code` and `set-up` by address and route, where guessing or somebody's phone bill is at
 * stake. `machine` is for the doors of machines, which are not counted.
 */
export const rateClasses = ['member', 'page', 'sign-in', 'code', 'set-up', 'machine'] as const
export type RateClass = (typeof rateClasses)[number]
