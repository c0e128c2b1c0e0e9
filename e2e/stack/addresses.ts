import type { Urls } from '@kangbao/launcher/stack.ts'

/** Addresses of the stack that `global-setup` started. */
export function addresses(): Urls {
  const given = process.env['KANGBAO_URLS']
  if (!given) throw new Error('no stack: run the journeys through playwright')
  return JSON.parse(given) as Urls // written by global-setup
}
