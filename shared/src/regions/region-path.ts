/**
 * The tree of regions by their six digits (GB/T 2260): `410105` lies in `410100`, that in `410000`, and all in the country.
 * Pure arithmetic of codes; names are elsewhere.
 */
export const country = '000000'

/** The region above; null above the country. */
export function regionAbove(code: string): string | null {
  if (code === country) return null
  if (code.endsWith('0000')) return country
  return code.endsWith('00') ? `${code.slice(0, 2)}0000` : `${code.slice(0, 4)}00`
}

/** From the country down to the region itself. */
export function regionPath(code: string): string[] {
  const above = regionAbove(code)
  return above === null ? [code] : [...regionPath(above), code]
}

/** Whether a region is another or lies in it. */
export function liesIn(code: string, whole: string): boolean {
  return code.startsWith(prefixOf(whole))
}

/** The region directly below `whole` in which `code` lies; null for `whole` itself and what lies elsewhere. */
export function childTowards(whole: string, code: string): string | null {
  return regionPath(code).find((each) => regionAbove(each) === whole) ?? null
}

/** The first and the last code of a region: it holds all between them. */
export function codesWithin(whole: string): { readonly from: string; readonly through: string } {
  const prefix = prefixOf(whole)
  return { from: prefix.padEnd(6, '0'), through: prefix.padEnd(6, '9') }
}

/** Nothing lies below a county. */
export function isCounty(code: string): boolean {
  return !code.endsWith('00')
}

function prefixOf(code: string): string {
  return code.replace(/(?:00){1,3}$/, '')
}
