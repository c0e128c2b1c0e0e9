import type { Feature } from '../index.ts'
import { kioskRoutes } from './kiosks.routes.ts'

export { memberLeft as cardsLeft } from './cards.service.ts'

/** Shared tablets and printed cards, for who has no phone. Above `submissions`, which stores what is filed there. */
export const kiosks: Feature = { routes: kioskRoutes }
