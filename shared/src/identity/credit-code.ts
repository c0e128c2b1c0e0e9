const characters = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const bodyCharacters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const weights = Array.from({ length: 17 }, (_, i) => 3 ** i % 31)
const bodyWeights = [3, 7, 9, 10, 5, 8, 4, 2]

export type CreditCodeProblem = 'length' | 'region' | 'organisation' | 'check-character'

/** The check character of the first 17 (GB 32100-2015, ISO 7064 MOD 31-3). */
export function creditCodeCheckCharacter(first17: string): string {
  const sum = weights.reduce((total, weight, i) => total + weight * characters.indexOf(first17[i] ?? ''), 0)
  return characters[(31 - (sum % 31)) % 31] ?? ''
}

/** The check character of an organisation code's eight (GB 11714-1997): the code's places 9 to 16. */
export function organisationCheckCharacter(first8: string): string {
  const sum = bodyWeights.reduce(
    (total, weight, i) => total + weight * bodyCharacters.indexOf(first8[i] ?? ''),
    0,
  )
  const check = 11 - (sum % 11)
  return check === 10 ? 'X' : check === 11 ? '0' : String(check)
}

/** What is wrong with a unified social credit code (统一社会信用代码), or null when it can be one (GB 32100-2015). */
export function creditCodeProblem(text: string): CreditCodeProblem | null {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}[0-9A-Z]{16}$/.test(text)) return 'length'
  if (!/^\d{6}$/.test(text.slice(2, 8))) return 'region'
  if (organisationCheckCharacter(text.slice(8, 16)) !== text[16]) return 'organisation'
  return creditCodeCheckCharacter(text) === text[17] ? null : 'check-character'
}
